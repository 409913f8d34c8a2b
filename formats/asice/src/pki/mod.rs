//! The cryptographic half: BER, X.509, CMS, time stamps, OCSP, CRL.
