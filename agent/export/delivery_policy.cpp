#include "export/delivery_policy.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/text.h"

namespace ordertrace {
namespace {

constexpr std::size_t quoted_bytes = 200;

bool is_too_large(const Outcome& outcome) {
    if (outcome.status == 413) return true;  // no collector's, but a proxy's before it
    if (outcome.status != 500) return false;
    return outcome.text.find("http: request body too large") != std::string::npos ||
           outcome.text.find("element size too large") != std::string::npos;
}

bool is_misconfigured(int status) { return status < 400 || status == 401 || (status >= 403 && status <= 407); }

std::string quoted(std::string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
    if (text.empty()) return {};
    const bool utf8 = is_valid_utf8(text);
    std::string out{": \""};
    for (const char c : cut_utf8(text, quoted_bytes)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7F && (byte < 0x80 || utf8)) {
            out += c;
            continue;
        }
        std::array<char, 5> escaped{};
        std::snprintf(escaped.data(), escaped.size(), "\\x%02X", byte);
        out += escaped.data();
    }
    return out + '"';
}

std::string_view advice(int status) {
    switch (status) {
        case 400: return "is this a Jaeger collector's Thrift port, and does the url say https where it speaks TLS?";
        case 401: return "the collector does not take the credentials; check auth";
        case 403: return "access is denied; check auth and what stands before the collector";
        case 404: return "nothing is there; the path of a Jaeger collector is /api/traces, without a slash at the end";
        case 405: return "the path is not one that takes batches; that of a Jaeger collector is /api/traces";
        default: break;
    }
    if (status < 300) return "a Jaeger collector answers 202; check the url";
    if (status < 400) return "redirects are not followed; write the url it leads to";
    if (is_misconfigured(status)) return "this is no Jaeger collector's answer; check the url";
    return "the collector cannot store the batch now";
}

Decision give_way(const Situation& situation, Duration pause) {
    if (situation.more_urls) return NextUrl{};
    return RetryAfter{pause};
}

Decision condemn(const Situation& situation) {
    if (situation.lone) return SetAside{};
    return Split{};
}

Decision on_malformed(const Situation& situation, Duration pause) {
    if (!situation.probe_passed) return SendProbe{};
    if (*situation.probe_passed || situation.another_passed) return condemn(situation);
    return give_way(situation, pause);
}

Decision on_unavailable(const Situation& situation, Duration pause) {
    if (!situation.probe_passed && situation.probe_due) return SendProbe{};
    if (situation.probe_passed.value_or(false) && situation.refused_for >= patience) return condemn(situation);
    return give_way(situation, pause);
}

}  // namespace

std::string_view label_of(const Outcome& outcome) {
    using Kind = Outcome::Kind;
    switch (outcome.kind) {
        case Kind::dns: return "dns";
        case Kind::refused: return "refused";
        case Kind::unreachable: return "unreachable";
        case Kind::timeout: return "timeout";
        case Kind::reset: return "reset";
        case Kind::eof: return "eof";
        case Kind::tls: return "tls";
        case Kind::not_http: return "not_http";
        case Kind::files: return "files";
        case Kind::aborted: return "aborted";
        case Kind::status: break;
    }
    switch (outcome.status) {
        case 202: return "202";
        case 400: return "400";
        case 401: return "401";
        case 403: return "403";
        case 404: return "404";
        case 405: return "405";
        case 413: return "413";
        case 500: return "500";
        case 503: return "503";
        default: return "other";
    }
}

std::string describe(const Outcome& outcome, std::string_view url) {
    if (outcome.kind != Outcome::Kind::status) return outcome.text;
    std::string line{url};
    line += ": answered ";
    line += std::to_string(outcome.status);
    line += quoted(outcome.text);
    line += "; ";
    line += is_too_large(outcome) ? "its limit is below the size of a batch" : advice(outcome.status);
    return line;
}

Answer answer_of(const Outcome& outcome) {
    if (outcome.kind != Outcome::Kind::status) return Answer::none;
    if (outcome.status == 202) return Answer::accepted;
    if (outcome.status == 400 || outcome.status == 415 || outcome.status == 422) return Answer::malformed;
    if (is_too_large(outcome)) return Answer::too_large;
    if (is_misconfigured(outcome.status)) return Answer::misconfigured;
    return Answer::unavailable;
}

Decision decide(const Outcome& outcome, const Situation& situation, Duration pause) {
    switch (answer_of(outcome)) {
        case Answer::accepted: return Delivered{};
        case Answer::too_large:
            if (!situation.lone) return Split{};
            return on_malformed(situation, pause);
        case Answer::malformed:
            if (situation.compressed) return TryUncompressed{};
            return on_malformed(situation, pause);
        case Answer::unavailable:
            if (situation.compressed) return TryUncompressed{};
            return on_unavailable(situation, pause);
        case Answer::misconfigured:
        case Answer::none: break;
    }
    return give_way(situation, pause);
}

Duration backoff(Duration first, Duration max, unsigned failed_rounds, double random) {
    auto pause = std::max(first, Duration{1});
    for (unsigned i = 1; i < failed_rounds && pause < max; ++i) pause *= 2;
    pause = std::min(pause, max);
    return pause - Duration{static_cast<Duration::rep>(static_cast<double>(pause.count()) * random / 2)};
}

}  // namespace ordertrace
