//! joulework-units
