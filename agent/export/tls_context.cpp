#include "export/tls_context.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>

namespace ordertrace {
namespace {

namespace ssl = boost::asio::ssl;

constexpr unsigned char alpn_http11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

// OpenSSL calls these as it makes and frees connections.
void make_notes(void*, void*, CRYPTO_EX_DATA* data, int index, long, void*) {
    CRYPTO_set_ex_data(data, index, new TlsNotes);
}
void free_notes(void*, void* notes, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<TlsNotes*>(notes); }

int notes_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, make_notes, nullptr, free_notes);
    return index;
}

int note_request(SSL* connection, void*) {
    notes_of(connection).asked_for_certificate = true;
    return 1;
}

// Changes no verdict. A certificate that is refused is not kept by OpenSSL.
int note_refusal(int verified, X509_STORE_CTX* chain) {
    if (verified == 1) return verified;
    auto* connection = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto& notes = notes_of(connection);
    X509* certificate = X509_STORE_CTX_get_current_cert(chain);
    if (certificate == nullptr) certificate = X509_STORE_CTX_get0_cert(chain);
    X509_up_ref(certificate);
    notes.refused.reset(certificate);
    notes.refused_depth = X509_STORE_CTX_get_error_depth(chain);
    return verified;
}

std::string why(const boost::system::error_code& error) {
    // A reason of the system itself (no such file, permission denied) lies below the one of the PEM reader.
    const auto code = static_cast<unsigned long>(error.value());
    if (error.category() == boost::asio::error::get_ssl_category() && ERR_SYSTEM_ERROR(code))
        return ::strerror(ERR_GET_REASON(code));
    return reason_of(error);
}

// Why the file cannot be opened, or nothing.
std::string unreadable(const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "re");
    if (file == nullptr) return ::strerror(errno);
    std::fclose(file);
    return {};
}

Result<void> readable(const char* key, const std::string& path) {
    const auto reason = unreadable(path);
    if (reason.empty()) return {};
    return fail(std::string{key} + " " + path + " cannot be read: " + reason + "; let the agent's user read it");
}

// Whether the system's directory of certificates is one that can be searched by issuer.
bool has_hashed_certificates() {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator{X509_get_default_cert_dir(), none})
        if (entry.path().extension() == ".0") return true;
    return false;
}

Result<void> load_authorities(ssl::context& context, const std::string& ca_file) {
    if (ca_file.empty()) {
        // A directory is searched by issuer when needed; the bundle file would be parsed whole, some MiB of it.
        SSL_CTX_set_default_verify_dir(context.native_handle());
        if (std::getenv(X509_get_default_cert_file_env()) != nullptr || !has_hashed_certificates())
            SSL_CTX_set_default_verify_file(context.native_handle());
        ERR_clear_error();
        return {};
    }
    if (auto ok = readable("tls.ca_file", ca_file); !ok) return ok;
    boost::system::error_code error;
    context.load_verify_file(ca_file, error);
    if (error) return fail("tls.ca_file " + ca_file + " holds no certificates: " + why(error) + "; it must be PEM");
    // What the operator names is trusted as it is, be it a root, an issuer below it or the server's own certificate.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.native_handle()), X509_V_FLAG_PARTIAL_CHAIN);
    return {};
}

Result<void> load_own_certificate(ssl::context& context, const TlsSettings& settings) {
    if (settings.cert_file.empty()) return {};
    const auto& key_file = settings.key_file.empty() ? settings.cert_file : settings.key_file;
    if (auto ok = readable("tls.cert_file", settings.cert_file); !ok) return ok;
    if (auto ok = readable("tls.key_file", key_file); !ok) return ok;
    boost::system::error_code error;
    context.use_certificate_chain_file(settings.cert_file, error);
    if (error)
        return fail("tls.cert_file " + settings.cert_file + " holds no certificate: " + why(error) +
                    "; it must be PEM");
    // A key with a pass phrase must not make the agent ask for it on a terminal.
    SSL_CTX_set_default_passwd_cb(context.native_handle(), [](char*, int, int, void*) { return 0; });
    context.use_private_key_file(key_file, ssl::context::pem, error);
    if (!error) return {};
    const auto reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()));
    if (reason == X509_R_KEY_VALUES_MISMATCH || reason == X509_R_KEY_TYPE_MISMATCH)
        return fail("tls.key_file " + key_file + " is not the key of tls.cert_file " + settings.cert_file +
                    "; write the pair that belongs together");
    return fail("tls.key_file " + key_file + " holds no usable private key: " + why(error) +
                "; it must be PEM without a pass phrase");
}

}  // namespace

std::array<FileStamp, 3> TlsContext::stamps() const {
    return {FileStamp::of(settings_.ca_file), FileStamp::of(settings_.cert_file), FileStamp::of(settings_.key_file)};
}

Result<ssl::context*> TlsContext::get() {
    if (context_ && !files_changed()) return &*context_;
    const auto before = stamps();
    auto fresh = build();
    if (!fresh) return tl::unexpected{fresh.error()};
    context_ = std::move(*fresh);
    stamps_ = before;
    const auto* own = SSL_CTX_get0_certificate(context_->native_handle());
    own_expiry_ = own == nullptr ? std::nullopt : std::optional{expiry_of(own)};
    return &*context_;
}

Result<ssl::context> TlsContext::build() {
    ssl::context context{ssl::context::tls_client};
    SSL_CTX* native = context.native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_alpn_protos(native, alpn_http11, sizeof alpn_http11);
    notes_index();  // before the first connection is made
    SSL_CTX_set_verify(native, SSL_VERIFY_PEER, note_refusal);
    SSL_CTX_set_cert_cb(native, note_request, nullptr);
    if (auto ok = load_authorities(context, settings_.ca_file); !ok) return tl::unexpected{ok.error()};
    if (auto ok = load_own_certificate(context, settings_); !ok) return tl::unexpected{ok.error()};
    return context;
}

void expect_server(SSL* connection, const std::string& name) {
    auto* param = SSL_get0_param(connection);
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    boost::system::error_code not_an_address;
    boost::asio::ip::make_address(name, not_an_address);
    if (!not_an_address) {
        X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str());
        return;
    }
    X509_VERIFY_PARAM_set1_host(param, name.c_str(), 0);
    // Not for addresses: RFC 6066 knows names only.
    SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(name.c_str()));
}

TlsNotes& notes_of(const SSL* connection) {
    return *static_cast<TlsNotes*>(SSL_get_ex_data(connection, notes_index()));
}

std::string reason_of(const boost::system::error_code& error) {
    const char* reason = nullptr;
    if (error.category() == boost::asio::error::get_ssl_category())
        reason = ERR_reason_error_string(static_cast<unsigned long>(error.value()));
    return reason != nullptr ? reason : error.message();
}

std::int64_t expiry_of(const X509* certificate) {
    std::tm end{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1) return 0;
    return ::timegm(&end);
}

}  // namespace ordertrace
