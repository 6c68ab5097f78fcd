//! Signature version 4 (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>):
//! made anew from the secret and held against what came.

use sha2::{Digest, Sha256};

use super::http::Request;

/// What a request says of who signed it and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) key: String,
    pub(crate) day: String,
    pub(crate) region: String,
    pub(crate) service: String,
}

/// The scope of a request whose signature is right.
pub(crate) fn verified(request: &Request, secret: &str) -> Result<Scope, String> {
    let text = request.header("authorization");
    let rest = text.strip_prefix("AWS4-HMAC-SHA256 ").ok_or("no signature of version 4")?;
    let part = |name: &str| {
        let found = rest.split(',').find_map(|part| part.trim().strip_prefix(name));
        found.ok_or_else(|| format!("no {name} in the signature"))
    };
    let scope: Vec<&str> = part("Credential=")?.split('/').collect();
    let [key, day, region, service, "aws4_request"] = scope.as_slice() else {
        return Err("a credential that is none".to_owned());
    };
    let scope = Scope {
        key: (*key).to_owned(),
        day: (*day).to_owned(),
        region: (*region).to_owned(),
        service: (*service).to_owned(),
    };
    let names = part("SignedHeaders=")?;
    if signature(request, names, &scope, secret) == part("Signature=")? {
        Ok(scope)
    } else {
        Err("the signature does not match".to_owned())
    }
}

/// The signature of a request over the headers that are named.
pub(crate) fn signature(request: &Request, names: &str, scope: &Scope, secret: &str) -> String {
    let headers: String = names.split(';').map(|name| format!("{name}:{}\n", request.header(name))).collect();
    let whole = format!(
        "{}\n{}\n{}\n{headers}\n{names}\n{}",
        request.method,
        request.path,
        request.query,
        hex(&Sha256::digest(&request.body))
    );
    let place = format!("{}/{}/{}/aws4_request", scope.day, scope.region, scope.service);
    let text = format!(
        "AWS4-HMAC-SHA256\n{}\n{place}\n{}",
        request.header("x-amz-date"),
        hex(&Sha256::digest(whole.as_bytes()))
    );
    let mut key = format!("AWS4{secret}").into_bytes();
    for part in [scope.day.as_str(), &scope.region, &scope.service, "aws4_request"] {
        key = hmac(&key, part.as_bytes());
    }
    hex(&hmac(&key, text.as_bytes()))
}

/// HMAC of RFC 2104 with SHA-256.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let pad = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().to_vec()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
