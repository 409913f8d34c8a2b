//! PDF signatures (PAdES, ETSI EN 319 142-1).
