//! Who asks: credentials from the standard chain, and the account that they belong to.

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::{Builder, Connector, tls};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use std::time::Duration;

use crate::call::{Caller, Operation, failed};
use crate::error::AwsError;
use crate::price::Usd;

/// Tells whose credentials these are; needs no permission and costs nothing.
pub(crate) const GET_CALLER_IDENTITY: Operation =
    Operation { name: "GetCallerIdentity", action: "sts:GetCallerIdentity", per_second: 10.0, burst: 10.0 };

/// Attempts of a request: the standard retries of the SDK with their jitter, and more of them than its three, because a
/// collection has time.
const ATTEMPTS: u32 = 8;

/// How to reach accounts.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// Profiles, each an account; without one, what the standard chain finds.
    pub profiles: Vec<String>,
    /// The region of requests that belong to none; without it, that of the profile.
    pub region: Option<String>,
    /// Where requests go instead of to AWS: an endpoint in one's own network, or a server for tests.
    pub endpoint: Option<String>,
}

/// An account that can be asked.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) account: String,
    pub(crate) config: SdkConfig,
}

impl Session {
    /// The configuration for a region.
    pub(crate) fn at(&self, region: &str) -> SdkConfig {
        self.config.clone().into_builder().region(Region::new(region.to_owned())).build()
    }

    /// Signs in with a profile, and asks whose it is.
    pub(crate) async fn open(
        profile: Option<&str>,
        access: &Access,
        http: &SharedHttpClient,
        caller: &Caller,
    ) -> Result<Self, AwsError> {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(10))
            .operation_attempt_timeout(Duration::from_secs(90))
            .build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http.clone())
            .timeout_config(timeouts);
        if let Ok(name) = AppName::new("joulework") {
            loader = loader.app_name(name);
        }
        if let Some(profile) = profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = &access.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(endpoint) = &access.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        let config = loader.load().await;
        let retry = config.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
        // Another number is the user's own.
        let is_default = retry.max_attempts() == RetryConfig::standard().max_attempts();
        let retry = if is_default { retry.with_max_attempts(ATTEMPTS) } else { retry };
        let region = config.region().cloned().unwrap_or_else(|| Region::from_static("us-east-1"));
        let config = config.into_builder().retry_config(retry).region(region.clone()).build();

        let place =
            profile.map_or_else(|| "the standard chain".to_owned(), |name| format!("profile `{name}`"));
        let client = aws_sdk_sts::Client::new(&config);
        let attempt = caller.attempt(&GET_CALLER_IDENTITY, region.as_ref(), Usd::default()).await;
        let answer = client.get_caller_identity().customize().interceptor(attempt).send().await;
        let answer = answer.map_err(|error| match failed(&GET_CALLER_IDENTITY, region.as_ref(), &error) {
            AwsError::Credentials { message, .. } => AwsError::Credentials { place, message },
            error => error,
        })?;
        let account = answer.account().ok_or_else(|| AwsError::Answer {
            operation: GET_CALLER_IDENTITY.name,
            region: region.to_string(),
            what: "no account".to_owned(),
        })?;
        Ok(Self { account: account.to_owned(), config })
    }
}

/// What requests run on: one thread, which waits for answers.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, AwsError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| AwsError::Runtime(error.to_string()))
}

/// Connections with rustls, through the proxy that the environment names (`HTTPS_PROXY`, `NO_PROXY` …).
pub(crate) fn http_client() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut builder = Connector::builder()
            .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
            .proxy_config(ProxyConfig::from_env());
        if let Some(settings) = settings {
            builder = builder.connector_settings(settings.clone());
        }
        if let Some(sleep) = components.and_then(RuntimeComponents::sleep_impl) {
            builder = builder.sleep_impl(sleep);
        }
        builder.build()
    })
}
