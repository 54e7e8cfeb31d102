// Addresses in a settings file: where to listen, who may send, where to deliver. Names are never resolved here.
// Pure. Any thread. The types are in common_settings.h and agent_settings.h.
#pragma once

#include <string>
#include <string_view>

#include "settings/agent_settings.h"
#include "settings/settings_problem.h"

namespace ordertrace {

// 127.0.0.1:4747, [::1]:4747; port 0 lets the system choose.
Judged<Endpoint> parse_endpoint(const std::string& text);

// 10.0.0.0/8, fd00::/8, or a single address.
Judged<Cidr> parse_cidr(const std::string& text);

// Whether `address` (IPv4 as ::ffff:a.b.c.d) is in one of the ranges; true if there are none.
bool may_send(const std::vector<Cidr>& allowed, const std::array<unsigned char, 16>& address);

// A judge of URLs: http or https, a host, a path; without a port 80 or 443. No user, no query: credentials have their
// own files, and a URL is shown in logs. The members say what is particular to one setting.
struct UrlJudge {
    const char* example;
    const char* target;    // the path where none is written
    const char* no_user;   // where credentials belong
    const char* no_query;  // why there is none
    Judged<Url> operator()(const std::string& text) const;
};

// Whether a request's Host header, empty if it has none, names who listens at `bound`. A page of a foreign site can
// make a browser talk to a loopback port under that site's name (DNS rebinding), and the header then carries that name.
// Other addresses are guarded by whoever opened them, and have any name.
bool is_name_of(const Endpoint& bound, std::string_view host);

// Of a collector: without a path /api/traces, what collectors listen on.
Judged<Url> parse_url(const std::string& text);

// Letters, digits, dots and dashes as in DNS, or a numeric address.
bool is_host_name(std::string_view text);

}  // namespace ordertrace
