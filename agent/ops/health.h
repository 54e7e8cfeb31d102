// `ordertrace-agent health`: asks a running agent over its admin port, for exec probes in images without curl.
// Blocking, for a process of its own.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace ordertrace {

struct HealthReport {
    int exit_code = 0;  // 0 healthy, 1 not, 64 the URL is wrong
    std::string line;   // for stdout if 0, else for stderr
};

inline constexpr std::string_view default_admin_url = "http://127.0.0.1:4748";

// `url` is http://HOST[:PORT][/PATH]; without a path /healthz is asked. Only 200 is healthy.
// `patience` covers connecting, asking and the answer; resolving a host name has the time-outs of the resolver.
HealthReport check_health(std::string_view url, std::chrono::milliseconds patience = std::chrono::seconds{3});

}  // namespace ordertrace
