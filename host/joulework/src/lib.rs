//! joulework
