// One HTTP question and its answer over a connection of its own, plain or TLS. Owned by whoever asks; one thread, which
// it blocks. Bounds: `patience` for everything from the host's name to the last byte, 64 KiB of an answer's head,
// 16 MiB of its body. Redirects are not followed.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "settings/common_settings.h"

namespace ordertrace {

struct HttpQuestion {
    Url server;
    std::string target;                // path and query
    std::string authorization;         // header; empty: none
    std::string language;              // header Accept-Language
    std::string ca_file;               // of https; empty: the system's store
    std::string body{};                // given: it is posted, as text
    std::string other_side = "board";  // what messages call the server
    std::chrono::milliseconds patience{10'000};
};

struct HttpAnswer {
    unsigned status = 0;
    std::string location;  // of a redirect
    std::string body;
};

// Whether https answers can be judged by this file.
Result<void> check_authority(const std::string& ca_file);

// What went wrong says why and what to do, not where.
Result<HttpAnswer> ask_over_http(const HttpQuestion& question);

}  // namespace ordertrace
