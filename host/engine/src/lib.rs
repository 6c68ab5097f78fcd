//! joulework-engine
