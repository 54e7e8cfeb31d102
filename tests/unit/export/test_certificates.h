// Certificates made for one test: an authority and what it issues. For tests only.
#pragma once

#include <ctime>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "support/temporary_directory.h"

namespace ordertrace {

// What times of certificates count from: one moment for all tests of a program.
inline std::time_t certificate_epoch() {
    static const std::time_t start = ::time(nullptr);
    return start;
}

struct CertificateFiles {
    std::string certificate;
    std::string key;
};

class TestAuthority {
public:
    // The authority's own certificate is NAME.pem in `directory`.
    TestAuthority(const TemporaryDirectory& directory, const std::string& name);

    struct Wish {
        std::string name;
        std::string alternatives = "DNS:localhost,IP:127.0.0.1";
        long from = -3600;  // seconds from certificate_epoch()
        long to = 3600;
    };
    CertificateFiles issue(const Wish& wish) const;
    const std::string& file() const { return file_; }

private:
    using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
    using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

    const TemporaryDirectory& directory_;
    Key key_;
    Certificate certificate_;
    std::string file_;
};

using ServerContext = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

// What a collector speaks TLS with; with `client_authority` it insists on client certificates of it.
ServerContext server_context(const CertificateFiles& files, const std::string& client_authority = {});

}  // namespace ordertrace
