//! How requests leave: not too many at once, counted, and heard of when they are sent again.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio::time::Instant;

use crate::bucket::Bucket;
use crate::error::AwsError;
use crate::meter::Meter;
use crate::price::Usd;
use crate::watch::Watch;

/// An operation with how often it may be asked: requests a second and at once, in one account and region.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    /// The action as policies of IAM write it.
    pub(crate) action: &'static str,
    pub(crate) per_second: f64,
    pub(crate) burst: f64,
}

/// A bucket for each operation and place.
type Buckets = BTreeMap<(&'static str, String), Arc<Bucket>>;

/// Sends requests with manners.
#[derive(Clone)]
pub(crate) struct Caller {
    watch: Arc<dyn Watch>,
    meter: Arc<Meter>,
    buckets: Arc<Mutex<Buckets>>,
}

impl Caller {
    pub(crate) fn new(watch: Arc<dyn Watch>, meter: Arc<Meter>) -> Self {
        Self { watch, meter, buckets: Arc::default() }
    }

    pub(crate) fn watch(&self) -> &dyn Watch {
        self.watch.as_ref()
    }

    /// Waits until the operation may be asked in a place (account and region), and gives what its attempts go through.
    pub(crate) async fn attempt(&self, operation: &Operation, place: &str, price: Usd) -> Attempt {
        let bucket = {
            let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
            let new = || Arc::new(Bucket::new(operation.per_second, operation.burst));
            Arc::clone(buckets.entry((operation.name, place.to_owned())).or_insert_with(new))
        };
        let wait = bucket.take(Instant::now());
        if !wait.is_zero() {
            let text = format!("{} {place}: waits {:.2} s for its turn", operation.name, wait.as_secs_f64());
            self.watch.detail(&text);
            tokio::time::sleep(wait).await;
        }
        let (watch, meter) = (Arc::clone(&self.watch), Arc::clone(&self.meter));
        let name = operation.name;
        Attempt { name, place: place.to_owned(), price, watch, meter, number: AtomicU32::new(0) }
    }
}

/// What the attempts of one request go through.
pub(crate) struct Attempt {
    name: &'static str,
    place: String,
    price: Usd,
    watch: Arc<dyn Watch>,
    meter: Arc<Meter>,
    number: AtomicU32,
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Attempt")
            .field("name", &self.name)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

#[dyn_dispatch_hint]
impl Intercept for Attempt {
    fn name(&self) -> &'static str {
        "joulework-attempt"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let number = self.number.fetch_add(1, Ordering::SeqCst) + 1;
        if number > 1 {
            self.watch.detail(&format!("{} {}: attempt {number}", self.name, self.place));
        }
        Ok(self.meter.count(self.name, self.price)?)
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(Err(error)) = context.output_or_error() {
            let number = self.number.load(Ordering::SeqCst);
            let status = context.response().map(|response| response.status().as_u16());
            let status = status.map_or_else(|| "no answer".to_owned(), |status| format!("status {status}"));
            let kind = if error.is_operation_error() { "refused" } else { "failed" };
            self.watch.detail(&format!("{} {}: attempt {number} {kind}, {status}", self.name, self.place));
        }
        Ok(())
    }
}

/// What is said of a request that failed. Only what errors say of themselves: their contents may hold headers.
pub(crate) fn failed<E, R>(operation: &Operation, region: &str, error: &SdkError<E, R>) -> AwsError
where
    E: ProvideErrorMetadata + Error + 'static,
    R: std::fmt::Debug + 'static,
{
    let mut texts: Vec<String> = Vec::new();
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(cause) = next {
        if let Some(own) = cause.downcast_ref::<AwsError>() {
            return own.clone();
        }
        let text = cause.to_string();
        if texts.last() != Some(&text) {
            texts.push(text);
        }
        next = cause.source();
    }
    let metadata = error.as_service_error().map(ProvideErrorMetadata::meta);
    let code = metadata.and_then(|metadata| metadata.code()).map(str::to_owned);
    let said = metadata.and_then(|metadata| metadata.message()).map(str::to_owned);
    let message = match (&code, said) {
        (Some(code), Some(said)) => format!("{code}: {said}"),
        (Some(code), None) => code.clone(),
        (None, Some(said)) => said,
        (None, None) => texts.join(": "),
    };
    let is_of_credentials = texts.iter().any(|text| text.contains("credentials"));
    if code.is_none() && is_of_credentials {
        return AwsError::Credentials { place: "the chain".to_owned(), message };
    }
    AwsError::Call { operation: operation.name, region: region.to_owned(), code, message }
}
