#include "unit/export/test_certificates.h"

#include <cstdio>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace ordertrace {
namespace {

void require(bool ok, const char* what) {
    if (!ok) throw std::runtime_error{what};
}

X509* begin_certificate(const std::string& name, EVP_PKEY* key, long from, long to) {
    static long serial = 1;
    X509* certificate = X509_new();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    auto epoch = certificate_epoch();
    X509_time_adj(X509_getm_notBefore(certificate), from, &epoch);
    X509_time_adj(X509_getm_notAfter(certificate), to, &epoch);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    return certificate;
}

void add_extension(X509* certificate, int id, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value.c_str());
    require(extension != nullptr, "extension");
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

template <class Write>
void save(const std::string& path, Write write) {
    std::FILE* file = std::fopen(path.c_str(), "we");
    require(file != nullptr && write(file) == 1, "writing PEM");
    std::fclose(file);
}

}  // namespace

TestAuthority::TestAuthority(const TemporaryDirectory& directory, const std::string& name)
    : directory_{directory},
      key_{EVP_EC_gen("P-256"), &EVP_PKEY_free},
      certificate_{begin_certificate(name, key_.get(), -7200, 7200), &X509_free},
      file_{directory.path(name + ".pem")} {
    X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
    add_extension(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
    require(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0, "signing");
    save(file_, [&](std::FILE* file) { return PEM_write_X509(file, certificate_.get()); });
}

CertificateFiles TestAuthority::issue(const Wish& wish) const {
    const Key key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
    const Certificate certificate{begin_certificate(wish.name, key.get(), wish.from, wish.to), &X509_free};
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
    if (!wish.alternatives.empty()) add_extension(certificate.get(), NID_subject_alt_name, wish.alternatives);
    require(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0, "signing");
    const CertificateFiles files{directory_.path(wish.name + ".pem"), directory_.path(wish.name + ".key")};
    save(files.certificate, [&](std::FILE* file) { return PEM_write_X509(file, certificate.get()); });
    save(files.key,
         [&](std::FILE* file) { return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
    return files;
}

ServerContext server_context(const CertificateFiles& files, const std::string& client_authority) {
    ServerContext context{SSL_CTX_new(TLS_server_method()), &SSL_CTX_free};
    require(SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) == 1, "certificate");
    require(SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) == 1, "key");
    if (client_authority.empty()) return context;
    require(SSL_CTX_load_verify_locations(context.get(), client_authority.c_str(), nullptr) == 1, "authority");
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    static constexpr unsigned char session_context[] = {'t'};
    SSL_CTX_set_session_id_context(context.get(), session_context, sizeof session_context);
    return context;
}

}  // namespace ordertrace
