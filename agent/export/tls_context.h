// The TLS side of a destination's connections: CA, our certificate and key, TLS 1.2 or newer, always verifying.
// Made when https is first used and made anew when one of the files changed. Owned by one CollectorClient;
// delivery thread. Without a ca_file the system's store is looked into by directory, not loaded.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/ssl/context.hpp>

#include "base/result.h"
#include "export/file_stamp.h"
#include "settings/agent_settings.h"

namespace ordertrace {

class TlsContext {
public:
    explicit TlsContext(TlsSettings settings) : settings_{std::move(settings)} {}

    // The context to connect with. Reads the files if they changed; what cannot be used is said.
    Result<boost::asio::ssl::context*> get();
    // Connections made before must be made anew.
    bool files_changed() const { return stamps() != stamps_; }

    const TlsSettings& settings() const { return settings_; }
    std::optional<std::int64_t> own_certificate_expiry() const { return own_expiry_; }

private:
    std::array<FileStamp, 3> stamps() const;
    Result<boost::asio::ssl::context> build();

    TlsSettings settings_;
    std::optional<boost::asio::ssl::context> context_;
    std::array<FileStamp, 3> stamps_{};
    std::optional<std::int64_t> own_expiry_;  // seconds since 1970
};

// Sets what must be verified on one connection: the name or address in the server's certificate.
void expect_server(SSL* ssl, const std::string& name);

// What happened in a handshake, kept with its connection; OpenSSL alone tells no more than a code.
struct TlsNotes {
    bool asked_for_certificate = false;  // the server, for ours
    std::unique_ptr<X509, decltype(&X509_free)> refused{nullptr, &X509_free};
    int refused_depth = 0;  // 0: the server's own, else an issuer's in its chain
};
TlsNotes& notes_of(const SSL* ssl);

// OpenSSL's reason without the name of the routine.
std::string reason_of(const boost::system::error_code& error);
// The end of the certificate's validity, seconds since 1970.
std::int64_t expiry_of(const X509* certificate);

}  // namespace ordertrace
