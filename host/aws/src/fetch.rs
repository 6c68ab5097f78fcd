//! Follows a request from page to page, each kept before the next is asked for.

use crate::error::AwsError;
use crate::pages::{Chain, Standing};

/// A page that came, and what the next one is asked with.
pub(crate) struct Fetched {
    pub(crate) page: Vec<u8>,
    pub(crate) next: Option<String>,
}

/// A page that did not come.
pub(crate) struct Gone {
    pub(crate) error: AwsError,
    /// AWS does not know the token any more.
    pub(crate) gone: bool,
}

impl From<AwsError> for Gone {
    fn from(error: AwsError) -> Self {
        Self { error, gone: false }
    }
}

/// Asks for the pages that are not there yet. Where a token of an earlier run is not good any more, the request begins
/// again, once: its other pages cannot be had in another way.
pub(crate) async fn follow(
    chain: &Chain,
    mut ask: impl AsyncFnMut(Option<String>) -> Result<Fetched, Gone>,
) -> Result<(), AwsError> {
    let mut began = false;
    let mut is_continued = matches!(chain.standing()?, Standing::Next { number, .. } if number > 0);
    while let Standing::Next { number, token } = chain.standing()? {
        match ask(token).await {
            Ok(fetched) => {
                chain.keep(number, &fetched.page, fetched.next.as_deref())?;
                is_continued = false;
            }
            Err(Gone { gone: true, .. }) if is_continued && !began => {
                began = true;
                chain.forget()?;
            }
            Err(Gone { error, .. }) => return Err(error),
        }
    }
    Ok(())
}
