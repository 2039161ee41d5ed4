//! Items of each agency format, as they come and as they break.
