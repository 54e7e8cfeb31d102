#include "export/delivery_policy.h"

#include <catch2/catch.hpp>

using namespace ordertrace;
using namespace std::chrono_literals;
using Kind = Outcome::Kind;

namespace {

Outcome answered(int status, std::string text = {}) {
    return {.kind = Kind::status, .status = status, .text = std::move(text)};
}
Outcome broken(Kind kind) { return {.kind = kind, .status = 0, .text = "http://c/: broken"}; }

std::string name_of(const Decision& decision) {
    static constexpr const char* names[] = {"delivered", "uncompressed", "probe", "split",
                                            "set aside", "next",         "retry"};
    return names[decision.index()];
}

Situation batch() { return {}; }
Situation lone() { return {.lone = true}; }
Situation with_probe(Situation situation, bool passed) {
    situation.probe_passed = passed;
    return situation;
}

}  // namespace

TEST_CASE("each answer of a collector has one decision") {
    struct Row {
        const char* name;
        Outcome outcome;
        Situation situation;
        const char* want;
    };
    const auto too_large = answered(500, "Unable to process request body: http: request body too large\n");
    const auto queue_small = answered(500, "Cannot submit Jaeger batch: element size too large");
    const auto full = answered(500, "Cannot submit Jaeger batch: sending queue is full");
    auto long_refused = with_probe(batch(), true);
    long_refused.refused_for = 5min;
    auto long_refused_lone = long_refused;
    long_refused_lone.lone = true;
    auto not_yet = long_refused_lone;
    not_yet.refused_for = 5min - 1us;
    auto row = GENERATE_COPY(values<Row>({
        {"202", answered(202), batch(), "delivered"},
        {"200 is no collector's", answered(200), batch(), "retry"},
        {"204 is no collector's", answered(204), batch(), "retry"},
        {"400 asks the probe", answered(400), batch(), "probe"},
        {"400, probe passes", answered(400), with_probe(batch(), true), "split"},
        {"400, probe fails", answered(400), with_probe(batch(), false), "retry"},
        {"400, probe fails, next url", answered(400), {.more_urls = true, .probe_passed = false}, "next"},
        {"400, probe fails, another passed", answered(400), {.probe_passed = false, .another_passed = true}, "split"},
        {"400 alone asks the probe", answered(400), {.lone = true, .another_passed = true}, "probe"},
        {"400 alone, probe passes", answered(400), with_probe(lone(), true), "set aside"},
        {"400 alone, probe fails", answered(400), with_probe(lone(), false), "retry"},
        {"400 alone, another passed",
         answered(400),
         {.lone = true, .probe_passed = false, .another_passed = true},
         "set aside"},
        {"400 compressed", answered(400), {.compressed = true}, "uncompressed"},
        {"415 compressed", answered(415), {.compressed = true}, "uncompressed"},
        {"500 too large", too_large, batch(), "split"},
        {"500 too large, compressed", too_large, {.compressed = true}, "split"},
        {"500 too large alone", too_large, lone(), "probe"},
        {"500 too large alone, probe passes", too_large, with_probe(lone(), true), "set aside"},
        {"500 too large alone, probe fails", too_large, with_probe(lone(), false), "retry"},
        {"500 more than the queue", queue_small, batch(), "split"},
        {"413 of a proxy", answered(413), batch(), "split"},
        {"500 queue full", full, batch(), "retry"},
        {"500, probe due", full, {.probe_due = true}, "probe"},
        {"500, next url", full, {.more_urls = true}, "next"},
        {"500 compressed", full, {.compressed = true}, "uncompressed"},
        {"500 for 5 min, probe passes", full, long_refused, "split"},
        {"500 for 5 min alone, probe passes", full, long_refused_lone, "set aside"},
        {"500 for less, alone", full, not_yet, "retry"},
        {"500 for 5 min, probe fails", full, {.probe_passed = false, .refused_for = 5min}, "retry"},
        {"503", answered(503), batch(), "retry"},
        {"429", answered(429), batch(), "retry"},
        {"401", answered(401), lone(), "retry"},
        {"401, next url", answered(401), {.more_urls = true}, "next"},
        {"403", answered(403), lone(), "retry"},
        {"404", answered(404), lone(), "retry"},
        {"405", answered(405), lone(), "retry"},
        {"301", answered(301), lone(), "retry"},
        {"401 compressed", answered(401), {.compressed = true}, "retry"},
        {"no address", broken(Kind::dns), lone(), "retry"},
        {"refused", broken(Kind::refused), lone(), "retry"},
        {"refused, next url", broken(Kind::refused), {.more_urls = true}, "next"},
        {"unreachable", broken(Kind::unreachable), lone(), "retry"},
        {"timeout", broken(Kind::timeout), lone(), "retry"},
        {"reset", broken(Kind::reset), lone(), "retry"},
        {"closed without an answer", broken(Kind::eof), lone(), "retry"},
        {"TLS", broken(Kind::tls), lone(), "retry"},
        {"no HTTP", broken(Kind::not_http), lone(), "retry"},
        {"files", broken(Kind::files), lone(), "retry"},
    }));
    CAPTURE(row.name);
    const auto decision = decide(row.outcome, row.situation, 7ms);
    CHECK(name_of(decision) == row.want);
    if (const auto* retry = std::get_if<RetryAfter>(&decision)) CHECK(retry->wait == 7ms);
    if (const auto* aside = std::get_if<SetAside>(&decision)) CHECK(aside->why == DropReason::refused);
}

TEST_CASE("texts other than the two never matter") {
    CHECK(answer_of(answered(500, "400 bad request")) == Answer::unavailable);
    CHECK(answer_of(answered(400, "http: request body too large")) == Answer::malformed);
}

TEST_CASE("labels of requests are a closed list") {
    CHECK(label_of(answered(202)) == "202");
    CHECK(label_of(answered(500)) == "500");
    CHECK(label_of(answered(418)) == "other");
    CHECK(label_of(answered(99999)) == "other");
    CHECK(label_of(broken(Kind::refused)) == "refused");
    CHECK(label_of(broken(Kind::tls)) == "tls");
}

TEST_CASE("an answer is said in one line") {
    struct Row {
        Outcome outcome;
        const char* want;
    };
    auto row = GENERATE(values<Row>({
        {answered(400, "Unable to process request body: EOF\n"),
         "http://c:14268/api/traces: answered 400: \"Unable to process request body: EOF\"; is this a Jaeger "
         "collector's Thrift port, and does the url say https where it speaks TLS?"},
        {answered(401),
         "http://c:14268/api/traces: answered 401; the collector does not take the credentials; check auth"},
        {answered(403),
         "http://c:14268/api/traces: answered 403; access is denied; check auth and what stands before the collector"},
        {answered(404, "404 page not found\n"),
         "http://c:14268/api/traces: answered 404: \"404 page not found\"; nothing is there; the path of a Jaeger "
         "collector is /api/traces, without a slash at the end"},
        {answered(405),
         "http://c:14268/api/traces: answered 405; the path is not one that takes batches; that of a Jaeger collector "
         "is /api/traces"},
        {answered(301),
         "http://c:14268/api/traces: answered 301; redirects are not followed; write the url it leads to"},
        {answered(200), "http://c:14268/api/traces: answered 200; a Jaeger collector answers 202; check the url"},
        {answered(407), "http://c:14268/api/traces: answered 407; this is no Jaeger collector's answer; check the url"},
        {answered(500, "Cannot submit Jaeger batch: \x1B[31mfull\n"),
         "http://c:14268/api/traces: answered 500: \"Cannot submit Jaeger batch: \\x1B[31mfull\"; the collector cannot "
         "store the batch now"},
        {answered(500, "element size too large"),
         "http://c:14268/api/traces: answered 500: \"element size too large\"; its limit is below the size of a batch"},
        {broken(Kind::reset), "http://c/: broken"},
    }));
    CHECK(describe(row.outcome, "http://c:14268/api/traces") == row.want);
}

TEST_CASE("a long text of a stranger is cut") {
    const auto line = describe(answered(500, std::string(100'000, 'x')), "u");
    CHECK(line == "u: answered 500: \"" + std::string(200, 'x') + "\"; the collector cannot store the batch now");
}

TEST_CASE("pauses double up to the most, less up to a half at random") {
    CHECK(backoff(500ms, 5s, 1, 0) == 500ms);
    CHECK(backoff(500ms, 5s, 2, 0) == 1s);
    CHECK(backoff(500ms, 5s, 4, 0) == 4s);
    CHECK(backoff(500ms, 5s, 5, 0) == 5s);
    CHECK(backoff(500ms, 5s, 4'000'000'000U, 0) == 5s);
    CHECK(backoff(500ms, 5s, 1, 0.5) == 375ms);
    CHECK(backoff(500ms, 5s, 9, 0.999999) >= 2500ms);
    CHECK(backoff(10s, 5s, 1, 0) == 5s);
    CHECK(backoff(0us, 0us, 3, 0) == 0us);
}
