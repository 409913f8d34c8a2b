//! European trust lists (ETSI TS 119 612).
