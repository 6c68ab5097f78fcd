//! A strict server on loopback: it speaks the protocols that the SDK speaks, and refuses what the real APIs refuse.

mod cloudwatch;
mod cost_explorer;
pub(crate) mod fleet;
pub(crate) mod http;
mod logs;
pub(crate) mod signature;

use std::collections::BTreeMap;
use std::io::BufReader;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use fleet::Fleet;
use http::{Answer, Request};

/// The key and the secret that are good here.
pub(crate) const KEY: &str = "AKIDEXAMPLE";
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// A key whose time is over.
pub(crate) const EXPIRED: &str = "AKIDEXPIRED";

/// Seconds that a signature is good for:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>.
const SKEW: i64 = 300;

/// What goes wrong, by the number of the request.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Faults {
    /// Every how many requests `Rate exceeded` comes.
    pub(crate) throttled: u64,
    /// Every how many a 5xx comes.
    pub(crate) broken: u64,
    /// Every how many the connection is cut.
    pub(crate) cut: u64,
    /// A region that always fails.
    pub(crate) down: Option<&'static str>,
    /// Seconds that the server's clock is ahead.
    pub(crate) skew: i64,
    /// Milliseconds that each answer takes.
    pub(crate) slow: u64,
}

/// An error as the APIs write it.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(code: &'static str, message: &str) -> Self {
        Self { status: 400, code, message: message.to_owned() }
    }
}

/// What a server knows and has seen.
pub(crate) struct Server {
    pub(crate) fleet: Fleet,
    faults: Faults,
    requests: AtomicU64,
    tokens: Mutex<BTreeMap<String, usize>>,
    /// Operations that were answered, with a text that is the same for the same question in one region.
    answered: Mutex<Vec<(String, String)>>,
    published: Mutex<Vec<Published>>,
}

/// A metric that was published: name with dimensions, unit, value.
pub(crate) type Published = (String, String, f64);

/// A server that runs until the test ends.
pub(crate) struct Running {
    pub(crate) server: Arc<Server>,
    address: SocketAddr,
}

impl Running {
    pub(crate) fn start(fleet: Fleet, faults: Faults) -> Self {
        let server = Arc::new(Server {
            fleet,
            faults,
            requests: AtomicU64::new(0),
            tokens: Mutex::default(),
            answered: Mutex::default(),
            published: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let own = Arc::clone(&server);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = Arc::clone(&own);
                std::thread::spawn(move || server.serve(stream));
            }
        });
        Self { server, address }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends one request and gives what comes back: a client without any guard.
    pub(crate) fn send(&self, request: &Request) -> (u16, Vec<u8>) {
        let (status, _, body) = self.server.answer(request);
        (status, body)
    }
}

impl Server {
    fn serve(&self, stream: TcpStream) {
        let mut output = stream.try_clone().unwrap();
        let mut input = BufReader::new(stream);
        while let Some(request) = http::read(&mut input) {
            std::thread::sleep(Duration::from_millis(self.faults.slow));
            let number = self.requests.fetch_add(1, Ordering::SeqCst) + 1;
            let is = |every: u64| every > 0 && number.is_multiple_of(every);
            if is(self.faults.cut) {
                return;
            }
            let answer = if is(self.faults.throttled) {
                let refusal = Refusal::new("ThrottlingException", "Rate exceeded");
                refused(&request, &refusal)
            } else if is(self.faults.broken) {
                let refusal =
                    Refusal { status: 500, code: "InternalServiceError", message: "try again".to_owned() };
                refused(&request, &refusal)
            } else {
                self.answer(&request)
            };
            let (status, kind, body) = answer;
            let mut headers = vec![("content-type", kind.to_owned())];
            if kind == "application/cbor" {
                headers.push(("smithy-protocol", "rpc-v2-cbor".to_owned()));
            }
            let date = self.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            if !http::write(&mut output, &Answer { status, headers, body }, &date) {
                return;
            }
        }
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_second(Timestamp::now().as_second() + self.faults.skew).unwrap()
    }

    /// Gives a token for the page that begins here; tokens say nothing to those who hold them.
    pub(crate) fn token(&self, at: usize) -> String {
        let mut tokens = self.tokens.lock().unwrap();
        let token = format!("token-{:06}-of-{}", tokens.len(), std::process::id());
        tokens.insert(token.clone(), at);
        token
    }

    pub(crate) fn redeem(&self, token: &str) -> Option<usize> {
        self.tokens.lock().unwrap().get(token).copied()
    }

    /// Forgets its tokens, as APIs do after a while.
    pub(crate) fn forget_tokens(&self) {
        self.tokens.lock().unwrap().clear();
    }

    /// Operations that were answered.
    pub(crate) fn answered(&self) -> Vec<(String, String)> {
        self.answered.lock().unwrap().clone()
    }

    /// Metrics that were published.
    pub(crate) fn published(&self) -> Vec<Published> {
        self.published.lock().unwrap().clone()
    }

    /// The answer to a request: status, kind and body.
    fn answer(&self, request: &Request) -> (u16, &'static str, Vec<u8>) {
        let operation = operation(request);
        match self.of(request, &operation) {
            Ok((kind, body)) => {
                let place = request.header("authorization").split("aws4_request").next().unwrap_or_default();
                let question = [place, " ", &signature::hex(&request.body)].concat();
                self.answered.lock().unwrap().push((operation, question));
                (200, kind, body)
            }
            Err(refusal) => refused(request, &refusal),
        }
    }

    fn of(&self, request: &Request, operation: &str) -> Result<(&'static str, Vec<u8>), Refusal> {
        let region = self.admit(request)?;
        let json = |value: serde_json::Value| ("application/x-amz-json-1.1", value.to_string().into_bytes());
        let cbor = |value: ciborium::Value| {
            let mut bytes = Vec::new();
            ciborium::into_writer(&value, &mut bytes).unwrap();
            ("application/cbor", bytes)
        };
        if self.faults.down == Some(region.as_str()) && operation != "GetCallerIdentity" {
            return Err(Refusal { status: 503, code: "ServiceUnavailable", message: "down".to_owned() });
        }
        match operation {
            "GetCallerIdentity" => {
                let account = self.fleet.account;
                let text = format!(
                    "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
                     <Arn>arn:aws:iam::{account}:user/test</Arn><UserId>U</UserId><Account>{account}</Account>\
                     </GetCallerIdentityResult></GetCallerIdentityResponse>"
                );
                Ok(("text/xml", text.into_bytes()))
            }
            "GetCostAndUsage" => cost_explorer::answer(self, &request.body).map(json),
            "FilterLogEvents" => logs::answer(self, &region, &request.body).map(json),
            "PutMetricData" => {
                let published = cloudwatch::put_metric_data(&request.body, self.now().as_second())?;
                self.published.lock().unwrap().extend(published);
                Ok(cbor(cloudwatch::map(Vec::new())))
            }
            "ListMetrics" => cloudwatch::list_metrics(self, &region, &request.body).map(cbor),
            "GetMetricData" => {
                cloudwatch::get_metric_data(self, &request.body, self.now().as_second()).map(cbor)
            }
            _ => Err(Refusal::new("UnknownOperationException", operation)),
        }
    }

    /// Lets a request in: signed with a good key, not long ago. Gives its region.
    fn admit(&self, request: &Request) -> Result<String, Refusal> {
        let refuse = |code, text: &str| Err(Refusal { status: 403, code, message: text.to_owned() });
        let time = request.header("x-amz-date");
        let Ok(signed) =
            jiff::fmt::strtime::parse("%Y%m%dT%H%M%SZ", time).and_then(|time| time.to_datetime())
        else {
            return refuse("IncompleteSignature", "no x-amz-date");
        };
        let signed = signed.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_second();
        if (self.now().as_second() - signed).abs() > SKEW {
            return refuse("InvalidSignatureException", "Signature expired");
        }
        match signature::verified(request, SECRET) {
            Ok(scope) if scope.key == EXPIRED => {
                refuse("ExpiredTokenException", "The security token included in the request is expired")
            }
            Ok(scope) if scope.key == KEY => Ok(scope.region),
            Ok(_) => refuse("UnrecognizedClientException", "The security token is invalid"),
            Err(reason) => refuse("InvalidSignatureException", &reason),
        }
    }
}

/// The operation of a request, in each protocol.
fn operation(request: &Request) -> String {
    if let Some((_, operation)) = request.path.rsplit_once("/operation/") {
        return operation.to_owned();
    }
    if let Some((_, operation)) = request.header("x-amz-target").rsplit_once('.') {
        return operation.to_owned();
    }
    let body = String::from_utf8_lossy(&request.body);
    body.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap_or_default().to_owned()
}

/// An error in the protocol of the request.
fn refused(request: &Request, refusal: &Refusal) -> (u16, &'static str, Vec<u8>) {
    let Refusal { status, code, message } = refusal;
    if request.header("smithy-protocol") == "rpc-v2-cbor" {
        let value = cloudwatch::map(vec![("__type", (*code).into()), ("message", message.clone().into())]);
        let mut bytes = Vec::new();
        ciborium::into_writer(&value, &mut bytes).unwrap();
        return (*status, "application/cbor", bytes);
    }
    if request.header("x-amz-target").is_empty() {
        let text = format!(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
             <Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
        );
        return (*status, "text/xml", text.into_bytes());
    }
    let value = json!({"__type": code, "message": message});
    (*status, "application/x-amz-json-1.1", value.to_string().into_bytes())
}
