//! joulework-manifest
