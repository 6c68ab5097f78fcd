//! Work items on several threads, with results in the order of the items.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::EngineError;

/// Calls `work` for every item on at most `threads` threads. The first failed item, in the order of the items, gives
/// the error, whichever thread met it first.
pub(crate) fn map<I: Sync, T: Send>(
    items: &[I],
    threads: usize,
    work: impl Fn(&I) -> Result<T, EngineError> + Sync,
) -> Result<Vec<T>, EngineError> {
    if threads <= 1 || items.len() <= 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let failed = AtomicUsize::new(usize::MAX);
    let results: Mutex<Vec<(usize, Result<T, EngineError>)>> = Mutex::new(Vec::with_capacity(items.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads.min(items.len()) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    // Items before a failed one still run: one of them may fail too, and be the first.
                    if index > failed.load(Ordering::Relaxed) {
                        break;
                    }
                    let result = work(item);
                    if result.is_err() {
                        failed.fetch_min(index, Ordering::Relaxed);
                    }
                    if let Ok(mut results) = results.lock() {
                        results.push((index, result));
                    }
                }
            });
        }
    });
    let mut results = results.into_inner().map_err(|_| EngineError::Thread)?;
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Folds items into at most `threads` results, each begun by `begin`; which item goes where depends on the threads, so
/// that results must add up to the same whatever the partition. The first failed item, in the order of the items,
/// gives the error.
pub(crate) fn fold<I: Sync, A: Send>(
    items: &[I],
    threads: usize,
    begin: impl Fn() -> Result<A, EngineError> + Sync,
    add: impl Fn(&mut A, &I) -> Result<(), EngineError> + Sync,
) -> Result<Vec<A>, EngineError> {
    let workers: Vec<usize> = (0..threads.clamp(1, items.len().max(1))).collect();
    let next = AtomicUsize::new(0);
    let failed: Mutex<Option<(usize, EngineError)>> = Mutex::new(None);
    let results = map(&workers, workers.len(), |_| {
        let mut result = begin()?;
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { break };
            let before = failed.lock().map_err(|_| EngineError::Thread)?.as_ref().map(|(index, _)| *index);
            if before.is_some_and(|before| before < index) {
                break;
            }
            if let Err(error) = add(&mut result, item) {
                let mut failed = failed.lock().map_err(|_| EngineError::Thread)?;
                if failed.as_ref().is_none_or(|(earlier, _)| index < *earlier) {
                    *failed = Some((index, error));
                }
                break;
            }
        }
        Ok(result)
    })?;
    match failed.into_inner().map_err(|_| EngineError::Thread)? {
        Some((_, error)) => Err(error),
        None => Ok(results),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn the_first_failed_item_gives_the_error_with_any_number_of_threads() {
        let items: Vec<u64> = (0..100).collect();
        for threads in 1..4 {
            let failing = |item: &u64| match item {
                37 | 90 => {
                    Err(EngineError::MissingValue { column: "x", row: usize::try_from(*item).unwrap() })
                }
                _ => Ok(()),
            };
            let folded = fold(
                &items,
                threads,
                || Ok(0_u64),
                |sum, item| {
                    *sum += item;
                    failing(item)
                },
            );
            assert!(matches!(folded, Err(EngineError::MissingValue { row: 37, .. })));
            let mapped = map(&items, threads, |item| failing(item));
            assert!(matches!(mapped, Err(EngineError::MissingValue { row: 37, .. })));
            let sums = fold(
                &items,
                threads,
                || Ok(0_u64),
                |sum, item| {
                    *sum += item;
                    Ok(())
                },
            );
            assert_eq!(sums.unwrap().into_iter().sum::<u64>(), 4_950);
        }
    }
}
