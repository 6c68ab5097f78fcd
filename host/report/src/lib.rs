//! joulework-report
