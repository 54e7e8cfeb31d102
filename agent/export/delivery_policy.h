// What one answer of a collector means for the batch that was sent. Pure; delivery thread.
// The rules are those of a Jaeger collector (2.x, and 1.x alike): it says 202, or 400 to what it cannot read, or 500 to
// nearly everything else, and its texts mean something only where is_too_large looks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/balance.h"
#include "base/time.h"

namespace ordertrace {

// How one request ended.
struct Outcome {
    enum class Kind : std::uint8_t {
        status,       // an HTTP answer
        dns,          // the host has no address
        refused,      // nobody listens
        unreachable,  // no way there
        timeout,
        reset,
        eof,       // closed without an answer
        tls,       // handshake or certificates
        not_http,  // something else answered
        files,     // a certificate, key or credential file of ours cannot be used
        aborted,   // by ourselves: the agent stops
    };
    Kind kind = Kind::eof;
    int status = 0;
    std::string text{};  // status: the answer's body, cut; else one line for a person that names the URL
};

// Label of ordertrace_export_requests_total: a closed list, whatever a stranger answers.
std::string_view label_of(const Outcome& outcome);

// One line for a person: the URL, what happened, what to do. Text of others is cut and escaped.
std::string describe(const Outcome& outcome, std::string_view url);

enum class Answer : std::uint8_t { accepted, malformed, too_large, unavailable, misconfigured, none };
Answer answer_of(const Outcome& outcome);

// What is known about the batch when its answer comes.
struct Situation {
    bool lone = false;                   // one span
    bool compressed = false;             // was sent so
    bool more_urls = false;              // not tried since the last pause
    std::optional<bool> probe_passed{};  // the same URL's answer to the probe sent right after
    bool probe_due = false;              // for batches refused as unavailable: not at every answer
    bool another_passed = false;  // the same URL said 202 to another part of this batch since it last refused one
    Duration refused_for{};       // as unavailable, again and again, while the probe passed
};

// A batch that is refused for so long while the probe passes is itself the reason.
inline constexpr Duration patience = std::chrono::minutes{5};

struct Delivered {};
struct TryUncompressed {};
struct SendProbe {};
struct Split {};
struct SetAside {
    DropReason why = DropReason::refused;
};
struct NextUrl {};
struct RetryAfter {
    Duration wait{};
};
using Decision = std::variant<Delivered, TryUncompressed, SendProbe, Split, SetAside, NextUrl, RetryAfter>;

// `pause`: how long to wait should it come to that.
Decision decide(const Outcome& outcome, const Situation& situation, Duration pause);

// The growing pause between rounds of attempts: first, twice that, … max, less up to a half at random, so that many
// agents do not come back in step. `random` is in [0, 1).
Duration backoff(Duration first, Duration max, unsigned failed_rounds, double random);

}  // namespace ordertrace
