//! joulework-runtime
