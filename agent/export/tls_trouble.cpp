#include "export/tls_trouble.h"

#include <arpa/inet.h>

#include <array>
#include <ctime>

#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509v3.h>
#include <boost/asio/ssl/error.hpp>

#include "base/text.h"
#include "export/tls_context.h"

namespace ordertrace {
namespace {

constexpr std::size_t most_names = 5;
constexpr std::size_t most_name_bytes = 128;

// Names in a certificate are a stranger's text.
std::string harmless(std::string_view text) {
    if (!is_valid_utf8(text)) return "(unreadable)";
    std::string out;
    for (const char c : cut_utf8(text, most_name_bytes))
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
    return out;
}

std::int64_t seconds_of(const ASN1_TIME* time) {
    std::tm parts{};
    return ASN1_TIME_to_tm(time, &parts) == 1 ? ::timegm(&parts) : 0;
}

std::string text_of(const X509_NAME* name) {
    BIO* memory = BIO_new(BIO_s_mem());
    X509_NAME_print_ex(memory, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(memory, &text);
    auto out = harmless({text, static_cast<std::size_t>(size)});
    BIO_free(memory);
    return out;
}

std::string address_text(const ASN1_OCTET_STRING* bytes) {
    const auto size = ASN1_STRING_length(bytes);
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (size == 4 || size == 16)
        ::inet_ntop(size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(bytes), text.data(), text.size());
    return text.data();
}

std::string names_in(const X509* certificate) {
    auto* names = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    std::string out;
    for (int i = 0; i < sk_GENERAL_NAME_num(names) && i < static_cast<int>(most_names); ++i) {
        const auto* name = sk_GENERAL_NAME_value(names, i);
        std::string text;
        if (name->type == GEN_DNS)
            text = harmless({reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                             static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName))});
        if (name->type == GEN_IPADD) text = address_text(name->d.iPAddress);
        if (text.empty()) continue;
        if (!out.empty()) out += ", ";
        out += text;
    }
    GENERAL_NAMES_free(names);
    return out.empty() ? "no name at all" : out;
}

std::string certificate_trouble(const Url& url, const TlsSettings& settings, const TlsNotes& notes, long result) {
    const X509* certificate = notes.refused.get();
    if (certificate == nullptr) return "the collector showed no certificate";
    const auto whose = notes.refused_depth == 0 ? "the collector's certificate"
                                                : "the certificate of " + text_of(X509_get_subject_name(certificate)) +
                                                      " in the collector's chain";
    switch (result) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return whose + " expired at " + utc_text(seconds_of(X509_get0_notAfter(certificate))) +
                   "; renew it there, or set this host's clock";
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return whose + " is not valid before " + utc_text(seconds_of(X509_get0_notBefore(certificate))) +
                   "; set the clocks of both hosts";
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return whose + " is for " + names_in(certificate) + ", not for " + expected_name(url, settings) +
                   "; use a name it has in the url or as tls.server_name";
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return whose + " was issued by " + text_of(X509_get_issuer_name(certificate)) + ", which " +
                   (settings.ca_file.empty() ? "the system's store" : "tls.ca_file " + settings.ca_file) +
                   " does not know; put the issuer's certificate there";
        default:
            return whose + " is refused: " + X509_verify_cert_error_string(result) +
                   "; give the collector a certificate without this fault";
    }
}

bool refuses_our_certificate(int reason) {
    switch (reason) {
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_NO_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
        case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
        case SSL_R_TLSV1_ALERT_DECRYPT_ERROR:
        case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE: return true;
        default: return false;
    }
}

// Under TLS 1.3 the refusal comes after our first bytes, and may be no more than a closed connection.
std::string refused_certificate(const TlsSettings& settings, bool said) {
    if (settings.cert_file.empty())
        return "the collector wants a client certificate and there is none; set tls.cert_file and tls.key_file";
    if (!said)
        return "the collector asked for a client certificate and closed the connection; either it refuses " +
               settings.cert_file + " or it stops, its log tells";
    return "the collector refused the client certificate " + settings.cert_file +
           "; use one that is valid and issued by an authority the collector trusts";
}

std::string trouble(const Url& url, const TlsSettings& settings, const boost::system::error_code& error,
                    const SSL* connection) {
    const bool from_openssl = error.category() == boost::asio::error::get_ssl_category();
    const int reason = from_openssl ? ERR_GET_REASON(static_cast<unsigned long>(error.value())) : 0;
    if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED)
        return certificate_trouble(url, settings, notes_of(connection), SSL_get_verify_result(connection));
    if (notes_of(connection).asked_for_certificate && (!from_openssl || refuses_our_certificate(reason)))
        return refused_certificate(settings, from_openssl);
    switch (reason) {
        case SSL_R_WRONG_VERSION_NUMBER:
        case SSL_R_HTTP_REQUEST:
        case SSL_R_PACKET_LENGTH_TOO_LONG:
            return "the port does not speak TLS, it looks like plain HTTP; write http:// or the collector's TLS port";
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
        case SSL_R_UNSUPPORTED_PROTOCOL:
            return "the collector offers no TLS version that is safe; it must allow TLS 1.2 or newer";
        default: break;
    }
    if (!from_openssl) return "the connection was closed during the TLS handshake; does this port speak TLS?";
    return "the TLS handshake failed: " + reason_of(error) + "; look into the collector's log";
}

}  // namespace

std::string describe_tls_error(const Url& url, const TlsSettings& settings, const boost::system::error_code& error,
                               const SSL* connection) {
    return url.text + ": " + trouble(url, settings, error, connection);
}

const std::string& expected_name(const Url& url, const TlsSettings& settings) {
    return settings.server_name.empty() ? url.host : settings.server_name;
}

std::string utc_text(std::int64_t seconds) {
    const std::time_t time = seconds;
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

}  // namespace ordertrace
