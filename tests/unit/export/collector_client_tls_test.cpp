#include <catch2/catch.hpp>

#include "export/tls_trouble.h"
#include "unit/export/fake_collector.h"
#include "unit/export/posting.h"
#include "unit/export/test_certificates.h"

using namespace ordertrace;
using Kind = Outcome::Kind;

namespace {

FakeCollector::Reply accept_it(const FakeCollector::Request&) { return {}; }

std::string utc_in(long seconds) { return utc_text(certificate_epoch() + seconds); }

// Authorities, and certificates of each kind.
struct Pki {
    TemporaryDirectory directory;
    TestAuthority ours{directory, "Our CA"};
    TestAuthority foreign{directory, "Foreign CA"};
    CertificateFiles server = ours.issue({.name = "server"});
    CertificateFiles agent = ours.issue({.name = "agent", .alternatives = ""});
    CertificateFiles stranger = foreign.issue({.name = "stranger", .alternatives = ""});

    TlsSettings trusting() const {
        return {.ca_file = ours.file(), .cert_file = "", .key_file = "", .server_name = ""};
    }
    TlsSettings as(const CertificateFiles& files) const {
        return {.ca_file = ours.file(), .cert_file = files.certificate, .key_file = files.key, .server_name = ""};
    }
};

}  // namespace

TEST_CASE("a verified collector gets batches over one kept TLS connection") {
    const Pki pki;
    const auto context = server_context(pki.server);
    FakeCollector collector{accept_it, context.get()};
    Posting post{pki.trusting()};
    CHECK(post(collector.url(), std::string(300'000, 'x')).status == 202);
    CHECK(post(collector.url("127.0.0.1")).status == 202);
    CHECK(collector.requests().back().connection == 1);
    CHECK(collector.requests().front().body.size() == 300'000);
    REQUIRE(post.client.certificate_expiry());
    CHECK(*post.client.certificate_expiry() == certificate_epoch() + 3600);
    CHECK(post(collector.url("localhost")).status == 202);  // its name is in the certificate too
}

TEST_CASE("a collector's certificate that cannot be trusted is refused and said") {
    const Pki pki;
    struct Row {
        const char* name;
        CertificateFiles files;
        std::string server_name;
        std::string want;
    };
    const auto expired = pki.ours.issue({.name = "expired", .from = -7200, .to = -60});
    const auto future = pki.ours.issue({.name = "future", .from = 1800, .to = 3600});
    const auto other = pki.ours.issue({.name = "other", .alternatives = "DNS:other.example,IP:10.0.0.1,IP:fe80::1"});
    const auto nameless = pki.ours.issue({.name = "nameless", .alternatives = ""});
    const auto foreign = pki.foreign.issue({.name = "foreign"});
    std::vector<Row> rows{
        {"expired", expired, "",
         "the collector's certificate expired at " + utc_in(-60) + "; renew it there, or set this host's clock"},
        {"not yet valid", future, "",
         "the collector's certificate is not valid before " + utc_in(1800) + "; set the clocks of both hosts"},
        {"wrong address", other, "",
         "the collector's certificate is for other.example, 10.0.0.1, fe80::1, not for 127.0.0.1; use a name it has in "
         "the url or as tls.server_name"},
        {"wrong name", other, "crm.example",
         "the collector's certificate is for other.example, 10.0.0.1, fe80::1, not for crm.example; use a name it has "
         "in the url or as tls.server_name"},
        {"no name", nameless, "",
         "the collector's certificate is for no name at all, not for 127.0.0.1; use a name it has in the url or as "
         "tls.server_name"},
        {"unknown issuer", foreign, "",
         "the collector's certificate was issued by CN=Foreign CA, which tls.ca_file " + pki.ours.file() +
             " does not know; put the issuer's certificate there"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto context = server_context(row.files);
        FakeCollector collector{accept_it, context.get()};
        auto settings = pki.trusting();
        settings.server_name = row.server_name;
        Posting post{settings};
        const auto outcome = post(collector.url());
        CHECK(outcome.kind == Kind::tls);
        CHECK(outcome.text == collector.url().text + ": " + row.want);
        CHECK(collector.requests().empty());
    }
}

TEST_CASE("the system's store knows nothing of a private authority") {
    const Pki pki;
    const auto context = server_context(pki.server);
    FakeCollector collector{accept_it, context.get()};
    Posting post;
    CHECK(post(collector.url()).text ==
          collector.url().text +
              ": the collector's certificate was issued by CN=Our CA, which the system's store does not know; put the "
              "issuer's certificate there");
}

TEST_CASE("a name of the certificate may be given instead of the url's") {
    const Pki pki;
    const auto files = pki.ours.issue({.name = "other", .alternatives = "DNS:other.example"});
    const auto context = server_context(files);
    FakeCollector collector{accept_it, context.get()};
    auto settings = pki.trusting();
    settings.server_name = "other.example";
    Posting post{settings};
    CHECK(post(collector.url()).status == 202);
}

TEST_CASE("the collector's own certificate can be trusted by itself") {
    const Pki pki;
    const auto context = server_context(pki.server);
    FakeCollector collector{accept_it, context.get()};
    Posting post{{.ca_file = pki.server.certificate, .cert_file = "", .key_file = "", .server_name = ""}};
    CHECK(post(collector.url()).status == 202);
}

TEST_CASE("a client certificate opens the door, without a good one it stays shut") {
    const Pki pki;
    const auto version = GENERATE(values({TLS1_2_VERSION, TLS1_3_VERSION}));
    CAPTURE(version);
    const auto context = server_context(pki.server, pki.ours.file());
    SSL_CTX_set_min_proto_version(context.get(), version);
    SSL_CTX_set_max_proto_version(context.get(), version);
    FakeCollector collector{accept_it, context.get()};
    Posting known{pki.as(pki.agent)};
    CHECK(known(collector.url()).status == 202);
    known.client.disconnect();

    Posting nameless{pki.trusting()};
    const auto none = nameless(collector.url());
    CHECK(none.kind == Kind::tls);
    CHECK(none.text == collector.url().text +
                           ": the collector wants a client certificate and there is none; set tls.cert_file and "
                           "tls.key_file");
    Posting stranger{pki.as(pki.stranger)};
    const auto refused = stranger(collector.url());
    CHECK(refused.kind == Kind::tls);
    CHECK(refused.text == collector.url().text + ": the collector refused the client certificate " +
                              pki.stranger.certificate +
                              "; use one that is valid and issued by an authority the collector trusts");
    CHECK(collector.requests().size() == 1);
}

TEST_CASE("a connection closed after a client certificate was asked for is explained") {
    const Pki pki;
    const auto context = server_context(pki.server, pki.ours.file());
    FakeCollector collector{[](const FakeCollector::Request&) {
                                return FakeCollector::Reply{.bytes = "", .after = FakeCollector::Reply::After::close};
                            },
                            context.get()};
    Posting post{pki.as(pki.agent)};
    const auto outcome = post(collector.url());
    CHECK(outcome.kind == Kind::tls);
    CHECK(outcome.text == collector.url().text +
                              ": the collector asked for a client certificate and closed the connection; either it "
                              "refuses " +
                              pki.agent.certificate + " or it stops, its log tells");
}

TEST_CASE("plain HTTP on the port is recognised") {
    FakeCollector collector{[](const FakeCollector::Request&) { return FakeCollector::Reply{}; }};
    // Like Go, it answers the handshake with an HTTP error as soon as it has read a line of it.
    auto url = collector.url();
    url.tls = true;
    url.text = "https" + url.text.substr(4);
    boost::asio::io_context io{1};
    boost::asio::ip::tcp::acceptor acceptor{io, {boost::asio::ip::address_v4::loopback(), 0}};
    url.port = acceptor.local_endpoint().port();
    std::thread server{[&acceptor, &io] {
        boost::asio::ip::tcp::socket socket{io};
        acceptor.accept(socket);
        char bytes[1024];
        boost::system::error_code ignored;
        socket.read_some(boost::asio::buffer(bytes), ignored);
        const std::string answer{"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request"};
        boost::asio::write(socket, boost::asio::buffer(answer), ignored);
    }};
    Posting post;
    const auto outcome = post(url);
    server.join();
    CHECK(outcome.kind == Kind::tls);
    CHECK(outcome.text == url.text +
                              ": the port does not speak TLS, it looks like plain HTTP; write http:// or the "
                              "collector's TLS port");
}

TEST_CASE("TLS older than 1.2 is not spoken") {
    const Pki pki;
    const auto context = server_context(pki.server);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), TLS1_1_VERSION);
    SSL_CTX_set_security_level(context.get(), 0);
    FakeCollector collector{accept_it, context.get()};
    Posting post{pki.trusting()};
    const auto outcome = post(collector.url());
    CHECK(outcome.kind == Kind::tls);
    CHECK(outcome.text ==
          collector.url().text + ": the collector offers no TLS version that is safe; it must allow TLS 1.2 or newer");
}

TEST_CASE("files that cannot be used are named") {
    const Pki pki;
    const auto context = server_context(pki.server);
    FakeCollector collector{accept_it, context.get()};
    const auto rubbish = pki.directory.write("rubbish", "no PEM\n");
    const auto missing = pki.directory.path("missing");
    struct Row {
        const char* name;
        TlsSettings settings;
        std::string want;
    };
    std::vector<Row> rows{
        {"no ca_file",
         {missing, "", "", ""},
         "tls.ca_file " + missing + " cannot be read: No such file or directory; let the agent's user read it"},
        {"no PEM as ca_file",
         {rubbish, "", "", ""},
         "tls.ca_file " + rubbish + " holds no certificates: no certificate or crl found; it must be PEM"},
        {"no cert_file",
         {"", missing, pki.agent.key, ""},
         "tls.cert_file " + missing + " cannot be read: No such file or directory; let the agent's user read it"},
        {"no key_file",
         {"", pki.agent.certificate, missing, ""},
         "tls.key_file " + missing + " cannot be read: No such file or directory; let the agent's user read it"},
        {"no PEM as cert_file",
         {"", rubbish, pki.agent.key, ""},
         "tls.cert_file " + rubbish + " holds no certificate: no start line; it must be PEM"},
        {"no PEM as key_file",
         {"", pki.agent.certificate, rubbish, ""},
         "tls.key_file " + rubbish + " holds no usable private key: unsupported; it must be PEM without a pass phrase"},
        {"another's key",
         {"", pki.agent.certificate, pki.server.key, ""},
         "tls.key_file " + pki.server.key + " is not the key of tls.cert_file " + pki.agent.certificate +
             "; write the pair that belongs together"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Posting post{row.settings};
        const auto outcome = post(collector.url());
        CHECK(outcome.kind == Kind::files);
        CHECK(outcome.text == collector.url().text + ": " + row.want);
    }
}

TEST_CASE("files are read again when they change") {
    const Pki pki;
    const auto context = server_context(pki.server, pki.ours.file());
    FakeCollector collector{accept_it, context.get()};
    const auto copy = [&](const std::string& from, const char* to) {
        std::ifstream in{from, std::ios::binary};
        return pki.directory.write(to, std::string{std::istreambuf_iterator<char>{in}, {}});
    };
    const auto certificate = copy(pki.stranger.certificate, "live.pem");
    const auto key = copy(pki.stranger.key, "live.key");
    Posting post{{.ca_file = pki.ours.file(), .cert_file = certificate, .key_file = key, .server_name = ""}};
    CHECK(post(collector.url()).kind == Kind::tls);
    copy(pki.agent.certificate, "live.pem");
    copy(pki.agent.key, "live.key");
    CHECK(post(collector.url()).status == 202);
}
