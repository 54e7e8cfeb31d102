#include "settings/addresses.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace ordertrace {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, port);
    if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return port;
}

bool contains(const Cidr& range, const std::array<unsigned char, 16>& address) {
    for (unsigned bit = 0; bit < range.prefix; bit += 8) {
        const unsigned left = range.prefix - bit;
        const auto mask = static_cast<unsigned char>(left >= 8 ? 0xFFU : 0xFFU << (8U - left));
        if (((range.network[bit / 8] ^ address[bit / 8]) & mask) != 0) return false;
    }
    return true;
}

bool is_host_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
}

// The 16 bytes of an address, IPv4 as ::ffff:a.b.c.d.
std::optional<std::array<unsigned char, 16>> parse_address(const std::string& host, bool& ipv6) {
    std::array<unsigned char, 16> bytes{};
    ipv6 = host.find(':') != std::string::npos;
    if (ipv6) return inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1 ? std::optional{bytes} : std::nullopt;
    bytes[10] = bytes[11] = 0xFF;
    return inet_pton(AF_INET, host.c_str(), bytes.data() + 12) == 1 ? std::optional{bytes} : std::nullopt;
}

std::string address_text(const std::array<unsigned char, 16>& bytes, bool ipv6) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(ipv6 ? AF_INET6 : AF_INET, bytes.data() + (ipv6 ? 0 : 12), text.data(), text.size());
    return text.data();
}

bool is_loopback(const std::array<unsigned char, 16>& bytes) {
    static constexpr std::array<unsigned char, 16> one{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    static constexpr std::array<unsigned char, 13> v4{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127};
    return bytes == one || std::equal(v4.begin(), v4.end(), bytes.begin());
}

struct HostPort {
    std::string host;  // without brackets
    bool bracketed = false;
    std::optional<std::string> port;
};

// host, host:port, [host], [host]:port
std::optional<HostPort> split_host_port(std::string_view text) {
    HostPort out;
    std::string_view rest;
    if (!text.empty() && text.front() == '[') {
        const auto close = text.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        out.host = text.substr(1, close - 1);
        out.bracketed = true;
        rest = text.substr(close + 1);
    } else {
        const auto colon = std::min(text.find(':'), text.size());
        out.host = text.substr(0, colon);
        rest = text.substr(colon);
    }
    if (rest.empty()) return out;
    if (rest.front() != ':') return std::nullopt;
    out.port = rest.substr(1);
    return out;
}

tl::unexpected<Complaint> bad_port(const std::string& port, const char* range) {
    return complain(quoted(port) + " is no port", range);
}

// What a message may show of a URL: neither user nor query, they may hold a secret.
std::string shown_url(const std::string& text) {
    std::string shown = text.substr(0, text.find_first_of("?#"));
    const auto at = shown.rfind('@');
    if (at == std::string::npos) return quoted(shown);
    const auto scheme = shown.find("://");
    return quoted((scheme == std::string::npos ? "" : shown.substr(0, scheme + 3)) + shown.substr(at + 1));
}

// `localhost:4748`, `[::1]:4748`; `::1` is not a host header's form.
std::string_view without_port(std::string_view host) {
    const auto bracket = host.starts_with('[') ? host.find(']') : 0;
    if (bracket == std::string_view::npos) return host;
    return host.substr(0, host.find(':', bracket));
}

}  // namespace

std::string to_string(const Endpoint& endpoint) {
    const auto port = ":" + std::to_string(endpoint.port);
    return endpoint.ipv6 ? "[" + endpoint.host + "]" + port : endpoint.host + port;
}

Judged<Endpoint> parse_endpoint(const std::string& text) {
    const auto parts = split_host_port(text);
    bool ipv6 = false;
    if (parse_address(text, ipv6) && ipv6)
        return complain(quoted(text) + " has no port", "an IPv6 address goes in brackets: [::1]:4747");
    if (!parts || parts->host.empty() || !parts->port)
        return complain(quoted(text) + " is no address with a port", "write 127.0.0.1:4747 or [::1]:4747");
    const auto address = parse_address(parts->host, ipv6);
    if (!address || ipv6 != parts->bracketed)
        return complain(quoted(parts->host) + " is no numeric address", "write 127.0.0.1:4747 or [::1]:4747");
    const auto port = parse_port(*parts->port);
    if (!port) return bad_port(*parts->port, "0 to 65535");
    return Endpoint{
        .host = address_text(*address, ipv6), .port = *port, .ipv6 = ipv6, .loopback = is_loopback(*address)};
}

Judged<Cidr> parse_cidr(const std::string& text) {
    const auto slash = std::min(text.find('/'), text.size());
    bool ipv6 = false;
    const auto address = parse_address(text.substr(0, slash), ipv6);
    const unsigned bits = ipv6 ? 128 : 32;
    const auto prefix = slash == text.size() ? std::optional{static_cast<std::uint16_t>(bits)}
                                             : parse_port(std::string_view{text}.substr(slash + 1));
    if (!address || !prefix || *prefix > bits)
        return complain(quoted(text) + " is no range of addresses", "write 10.0.0.0/8 or fd00::/8");
    Cidr cidr{.text = text, .network = *address, .prefix = 128 - bits + *prefix};
    for (unsigned bit = cidr.prefix; bit < 128; ++bit)
        cidr.network[bit / 8] = static_cast<unsigned char>(cidr.network[bit / 8] & ~(0x80U >> bit % 8));
    if (cidr.network != *address)
        return complain(quoted(text) + " has bits set beyond its prefix",
                        "did you mean " + address_text(cidr.network, ipv6) + "/" + std::to_string(*prefix) + "?");
    return cidr;
}

bool may_send(const std::vector<Cidr>& allowed, const std::array<unsigned char, 16>& address) {
    return allowed.empty() ||
           std::any_of(allowed.begin(), allowed.end(), [&](const Cidr& range) { return contains(range, address); });
}

bool is_host_name(std::string_view text) {
    bool ipv6 = false;
    if (parse_address(std::string{text}, ipv6)) return true;
    return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), is_host_byte) &&
           text.front() != '.' && text.front() != '-';
}

Judged<Url> UrlJudge::operator()(const std::string& text) const {
    const auto no_url = [&] {
        return complain(shown_url(text) + " is no http or https URL", std::string{"write "} + example);
    };
    const auto scheme_end = text.find("://");
    std::string scheme = text.substr(0, std::min(scheme_end, text.size()));
    std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    if (scheme_end == std::string::npos || (scheme != "http" && scheme != "https")) return no_url();
    const auto rest = text.substr(scheme_end + 3);
    const auto authority = rest.substr(0, rest.find_first_of("/?#"));
    const auto path = rest.substr(authority.size());
    if (rest.find('@') != std::string::npos)  // anywhere: a password may hold a slash
        return complain("a user in the URL", no_user);
    if (path.find_first_of("?#") != std::string::npos) return complain("a query or fragment in the URL", no_query);
    const bool odd = std::any_of(path.begin(), path.end(), [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F;
    });
    const auto parts = split_host_port(authority);
    if (!parts || odd || !is_host_name(parts->host) || (parts->host.find(':') != std::string::npos) != parts->bracketed)
        return no_url();
    Url url{.tls = scheme == "https", .host = parts->host, .port = 0, .target = path, .text = text};
    url.port = url.tls ? 443 : 80;
    if (url.target.empty()) url.target = target;
    if (parts->port) {
        const auto port = parse_port(*parts->port);
        if (!port || *port == 0) return bad_port(*parts->port, "1 to 65535");
        url.port = *port;
    }
    return url;
}

Judged<Url> parse_url(const std::string& text) {
    return UrlJudge{.example = "http://127.0.0.1:14268/api/traces",
                    .target = "/api/traces",
                    .no_user = "credentials belong into auth.basic or auth.bearer_token_file",
                    .no_query = "a collector takes none; credentials belong into auth"}(text);
}

bool is_name_of(const Endpoint& bound, std::string_view host) {
    if (!bound.loopback || host.empty()) return true;
    const auto name = without_port(host);
    const auto own = bound.ipv6 ? '[' + bound.host + ']' : bound.host;
    return equals_ignore_case(name, "localhost") || name == "127.0.0.1" || name == "[::1]" || name == own;
}

}  // namespace ordertrace
