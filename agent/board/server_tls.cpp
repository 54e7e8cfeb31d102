#include "board/server_tls.h"

#include <openssl/ssl.h>

namespace ordertrace {
namespace {

namespace ssl = boost::asio::ssl;

constexpr const char* of = "store.sqlite.tls.";

Result<void> judged(const char* key, const std::string& file, const char* wanted,
                    const boost::system::error_code& error) {
    if (!error) return {};
    return fail(std::string{of} + key + " " + file + " holds no " + wanted + ": " + error.message() +
                "; it must be PEM that this user may read");
}

// Of the protocols a client offers HTTP/1.1, if it is among them; a client that offers none speaks it anyway.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* length, const unsigned char* offered,
                    unsigned int size, void*) {
    static constexpr unsigned char http11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* chosen = nullptr;
    const int found = SSL_select_next_proto(&chosen, length, http11, sizeof http11, offered, size);
    *out = chosen;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

Result<ServerTls> ServerTls::open(IntakeTlsSettings settings, Log log) {
    ServerTls tls{std::move(settings), std::move(log)};
    tls.stamps_ = tls.stamps();
    auto context = tls.build();
    if (!context) return tl::make_unexpected(context.error());
    tls.context_ = std::move(*context);
    return tls;
}

ssl::context& ServerTls::context() {
    const auto now = stamps();
    if (now == stamps_) return *context_;
    stamps_ = now;
    auto fresh = build();
    if (fresh)
        context_ = std::move(*fresh);
    else
        log_(fresh.error().message + "; the certificates read before go on");
    return *context_;
}

std::array<FileStamp, 3> ServerTls::stamps() const {
    return {FileStamp::of(settings_.cert_file), FileStamp::of(settings_.key_file),
            FileStamp::of(settings_.client_ca_file)};
}

Result<ssl::context> ServerTls::build() const {
    ssl::context context{ssl::context::tls_server};
    SSL_CTX* native = context.native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    // A key with a pass phrase must not make the board ask for it on a terminal.
    SSL_CTX_set_default_passwd_cb(native, [](char*, int, int, void*) { return 0; });
    boost::system::error_code error;
    context.use_certificate_chain_file(settings_.cert_file, error);
    if (auto ok = judged("cert_file", settings_.cert_file, "certificate", error); !ok)
        return tl::make_unexpected(ok.error());
    context.use_private_key_file(settings_.key_file, ssl::context::pem, error);
    if (auto ok = judged("key_file", settings_.key_file, "private key of the certificate", error); !ok)
        return tl::make_unexpected(ok.error());
    context.load_verify_file(settings_.client_ca_file, error);
    if (auto ok = judged("client_ca_file", settings_.client_ca_file, "certificates", error); !ok)
        return tl::make_unexpected(ok.error());
    context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
    return context;
}

}  // namespace ordertrace
