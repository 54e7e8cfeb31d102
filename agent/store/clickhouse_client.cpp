#include "store/clickhouse_client.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <openssl/evp.h>
#include <boost/beast/http/parser.hpp>

#include "store/clickhouse_exchange.h"

namespace ordertrace {
namespace {

constexpr std::size_t max_password = 4096;
constexpr std::size_t max_said = 500;

void append_escaped(std::string& out, std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (plain)
            out += c;
        else
            ((out += '%') += digits[byte >> 4U]) += digits[byte & 15U];
    }
}

std::string base64(const std::string& text) {
    std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
    const auto size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

std::string seconds_of(Duration patience) {
    const auto millis = std::chrono::ceil<std::chrono::milliseconds>(patience).count();
    const auto fraction = std::to_string(1000 + millis % 1000).substr(1);
    return std::to_string(millis / 1000) + (fraction == "000" ? "" : "." + fraction);
}

// The first line, for a message of one line.
std::string said(const std::string& body) {
    auto line = body.substr(0, std::min(body.find('\n'), max_said));
    for (auto& c : line)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    return line;
}

// What to do about an exception of ClickHouse, by its number.
std::string advice_for(const std::string& code) {
    if (code == "60" || code == "81")
        return "make the register's tables with `ordertrace-board migrate`, after Jaeger has made its own";
    if (code == "516" || code == "194" || code == "192" || code == "193")
        return "set store.clickhouse.username and password_file to a user of this server";
    if (code == "497" || code == "164") return "give the user rights on the register's tables (proto/clickhouse.md)";
    if (code == "159") return "raise store.clickhouse.timeout, or look at the server's load";
    return "look at the server's log";
}

}  // namespace

ClickhouseClient::ClickhouseClient(ClickhouseSettings settings)
    : settings_{std::move(settings)},
      where_{"store.clickhouse " + settings_.url.text + " (database " + settings_.database + ")"},
      tls_{settings_.tls} {}

Result<std::string> ClickhouseClient::ask(const std::string& sql, const Values& values) {
    return exchange(sql, values, settings_.timeout);
}

Result<void> ClickhouseClient::run(const std::string& sql, Duration patience, const Values& values) {
    return exchange(sql, values, patience).map([](const std::string&) {});
}

Result<std::string> ClickhouseClient::exchange(const std::string& sql, const Values& values, Duration patience) {
    too_large_ = false;
    const auto authorization = this->authorization();
    if (!authorization) return authorization;
    boost::asio::ssl::context* tls = nullptr;
    if (settings_.url.tls) {
        const auto context = tls_.get();
        if (!context) return fail("store.clickhouse: " + context.error().message);
        tls = *context;
    }
    const auto& name = settings_.tls.server_name;
    ClickhouseRequest request{.url = settings_.url,
                              .tls = tls,
                              .server_name = name.empty() ? settings_.url.host : name,
                              .target = target(values, patience),
                              .authorization = *authorization,
                              .body = sql,
                              .max_answer = max_answer,
                              .patience = patience + std::chrono::seconds{1}};
    return judged(exchange_with_clickhouse(std::move(request)), patience);
}

Result<std::string> ClickhouseClient::judged(ClickhouseAnswer answer, Duration patience) {
    namespace http = boost::beast::http;
    too_large_ = answer.error == http::error::body_limit;
    if (too_large_) return fail(where_ + ": an answer is larger than 64 MiB; is this order reported in a loop?");
    if (answer.timed_out)
        return fail(where_ + ": no answer within " + seconds_of(patience) +
                    " s; look at the server's load and the network, or raise store.clickhouse.timeout");
    if (answer.error) {
        const auto* hint = settings_.url.tls
                               ? "; is it running there, with HTTPS and the certificate tls.ca_file knows?"
                               : "; is it running there, with its HTTP interface on this port?";
        return fail(where_ + ": " + reason_of(answer.error) + hint);
    }
    if (answer.exception_code.empty() && answer.status == 200) return std::move(answer.body);
    if (answer.exception_code.empty())
        return fail(where_ + ": answered " + std::to_string(answer.status) + " " + said(answer.body) +
                    "; is this the HTTP interface of ClickHouse?");
    return fail(where_ + ": " + said(answer.body) + "; " + advice_for(answer.exception_code));
}

std::string ClickhouseClient::target(const Values& values, Duration patience) const {
    auto target = settings_.url.target + "?database=" + settings_.database +
                  "&default_format=RowBinary&wait_end_of_query=1&max_execution_time=" + seconds_of(patience);
    for (const auto& [name, text] : values) {
        target += "&param_" + name + "=";
        append_escaped(target, text);
    }
    return target;
}

Result<std::string> ClickhouseClient::authorization() const {
    std::string password;
    if (const auto& path = settings_.password_file; !path.empty()) {
        std::ifstream file{path};
        if (!file)
            return fail("store.clickhouse.password_file " + path + " cannot be read: " + std::strerror(errno) +
                        "; let the board's user read it");
        std::getline(file, password);
        if (!password.empty() && password.back() == '\r') password.pop_back();
        if (password.empty() || password.size() > max_password)
            return fail("store.clickhouse.password_file " + path + " holds no password; write it on its first line");
    }
    return "Basic " + base64(settings_.username + ":" + password);
}

}  // namespace ordertrace
