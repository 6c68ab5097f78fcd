//! joulework-bundled
