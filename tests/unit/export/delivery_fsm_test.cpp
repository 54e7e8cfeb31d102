#include "export/delivery_fsm.h"

#include <catch2/catch.hpp>

using namespace ordertrace;
using namespace std::chrono_literals;

namespace {

constexpr const char* first_url = "http://a/api/traces";
constexpr const char* second_url = "http://b/api/traces";

Outcome answered(int status, std::string text = {}) {
    return {.kind = Outcome::Kind::status, .status = status, .text = std::move(text)};
}
Outcome refused() {
    return {.kind = Outcome::Kind::refused, .status = 0, .text = "http://a/api/traces: connection refused"};
}

// A delivery without sockets: the script says what is expected next and what the collector answers.
class Story {
public:
    explicit Story(std::size_t urls = 1, bool compress = false)
        : fsm_{{.urls =
                    urls == 1 ? std::vector<std::string>{first_url} : std::vector<std::string>{first_url, second_url},
                .compress = compress},
               DeliveryLog{"jaeger", [this](LogSettings::Level, const std::string& line) { log.push_back(line); }},
               [] { return 0.0; }} {}

    Story& begin(const std::vector<SpanRange>& batches) {
        fsm_.begin(batches);
        return *this;
    }
    Story& post(SpanRange range, const Outcome& outcome, std::size_t url = 0, bool compress = false) {
        const auto action = fsm_.next(now);
        const auto* post = std::get_if<DeliveryFsm::Post>(&action);
        REQUIRE(post != nullptr);
        CHECK(post->range == range);
        CHECK(post->url == url);
        CHECK(post->compress == compress);
        fsm_.answered(outcome, now);
        return *this;
    }
    Story& probe(const Outcome& outcome, std::size_t url = 0) {
        const auto action = fsm_.next(now);
        const auto* probe = std::get_if<DeliveryFsm::Probe>(&action);
        REQUIRE(probe != nullptr);
        CHECK(probe->url == url);
        fsm_.answered(outcome, now);
        return *this;
    }
    Story& wait(Duration time) {
        const auto action = fsm_.next(now);
        const auto* wait = std::get_if<DeliveryFsm::Wait>(&action);
        REQUIRE(wait != nullptr);
        CHECK(wait->time == time);
        now += wait->time;
        fsm_.waited();
        return *this;
    }
    Story& set_aside(std::size_t place) {
        const auto action = fsm_.next(now);
        const auto* condemned = std::get_if<DeliveryFsm::CondemnedSpan>(&action);
        REQUIRE(condemned != nullptr);
        CHECK(condemned->place == place);
        why = condemned->why;
        fsm_.set_aside_done();
        return *this;
    }
    Story& finished(std::uint64_t refused) {
        CHECK(std::holds_alternative<DeliveryFsm::Finished>(fsm_.next(now)));
        CHECK(fsm_.set_aside() == refused);
        return *this;
    }
    DeliveryFsm& fsm() { return fsm_; }

    TimePoint now = from_micros(1'000'000);
    std::vector<std::string> log;
    std::string why;

private:
    DeliveryFsm fsm_;
};

}  // namespace

TEST_CASE("a good collector takes everything and nothing is said") {
    Story story;
    story.begin({{0, 5}, {5, 3}}).post({0, 5}, answered(202)).post({5, 3}, answered(202)).finished(0);
    CHECK(story.log.empty());
    CHECK_FALSE(story.fsm().down());
}

TEST_CASE("an outage is said at its beginning, once a minute and at its end") {
    Story story;
    story.begin({{0, 2}}).post({0, 2}, refused()).wait(500ms);
    CHECK(story.fsm().down());
    CHECK(story.fsm().last_error() == "http://a/api/traces: connection refused");
    story.post({0, 2}, refused()).wait(1s).post({0, 2}, refused()).wait(2s).post({0, 2}, refused()).wait(4s);
    for (int i = 0; i < 12; ++i) story.post({0, 2}, refused()).wait(5s);
    story.post({0, 2}, answered(202)).finished(0);
    CHECK_FALSE(story.fsm().down());
    CHECK(story.log ==
          std::vector<std::string>{
              "destination jaeger: is down: http://a/api/traces: connection refused; spans wait in the journal",
              "destination jaeger: is down for 1 min 2 s (16 failed requests): http://a/api/traces: connection refused",
              "destination jaeger: is up again after 1 min 7 s (16 failed requests)"});
    story.begin({{0, 1}}).post({0, 1}, refused()).wait(500ms);  // the next outage begins anew
}

TEST_CASE("a new reason within an outage is said once") {
    Story story;
    story.begin({{0, 2}}).post({0, 2}, refused()).wait(500ms);
    story.post({0, 2}, answered(401)).wait(1s).post({0, 2}, refused()).wait(2s).post({0, 2}, answered(401)).wait(4s);
    REQUIRE(story.log.size() == 2);
    CHECK(story.log[1] ==
          "destination jaeger: is down for 0 s (2 failed requests): http://a/api/traces: answered 401; the collector "
          "does not take the credentials; check auth");
}

TEST_CASE("a culprit is found by halving and set aside, the rest is delivered") {
    Story story;
    story.begin({{0, 4}, {4, 2}});
    story.post({0, 4}, answered(400, "bad")).probe(answered(202));
    story.post({0, 2}, answered(202));
    story.post({2, 2}, answered(400, "bad")).probe(answered(202));
    story.post({2, 1}, answered(400, "bad")).probe(answered(202)).set_aside(2);
    story.post({3, 1}, answered(202)).post({4, 2}, answered(202)).finished(1);
    CHECK(story.why ==
          "http://a/api/traces: answered 400: \"bad\"; is this a Jaeger collector's Thrift port, and does the url say "
          "https where it speaks TLS?");
    CHECK(story.log.empty());
    story.begin({{0, 1}}).post({0, 1}, answered(202)).finished(0);
}

TEST_CASE("while everything is refused nothing is split or set aside") {
    Story story;
    story.begin({{0, 4}}).post({0, 4}, answered(400)).probe(answered(400)).wait(500ms);
    story.post({0, 4}, answered(400)).probe(answered(500)).wait(1s);
    story.post({0, 4}, answered(400)).probe(refused()).wait(2s);
    story.post({0, 4}, answered(202)).finished(0);
    story.begin({{0, 1}}).post({0, 1}, answered(400)).probe(answered(400)).wait(500ms);
    story.post({0, 1}, answered(202)).finished(0);
}

TEST_CASE("another part's 202 condemns when the probe itself is not taken, once") {
    Story story;
    story.begin({{0, 2}});
    story.post({0, 2}, answered(500, "http: request body too large"));
    story.post({0, 1}, answered(202));
    story.post({1, 1}, answered(400)).probe(answered(400)).set_aside(1).finished(1);

    story.begin({{0, 4}}).post({0, 4}, answered(413)).post({0, 2}, answered(202));
    story.post({2, 2}, answered(400)).probe(answered(400));              // split by the 202 before
    story.post({2, 1}, answered(400)).probe(answered(400)).wait(500ms);  // that proved one thing only
    story.post({3, 1}, answered(400)).probe(answered(400)).wait(1s);
    story.post({2, 1}, answered(202));
    story.post({3, 1}, answered(202)).finished(0);
}

TEST_CASE("a 202 to another batch proves nothing") {
    Story story;
    story.begin({{0, 2}, {2, 1}}).post({0, 2}, answered(202));
    story.post({2, 1}, answered(400)).probe(answered(400)).wait(500ms);
    story.post({2, 1}, answered(202)).finished(0);
}

TEST_CASE("a batch that is too large is halved without asking") {
    Story story;
    story.begin({{0, 3}}).post({0, 3}, answered(500, "Cannot submit Jaeger batch: element size too large"));
    story.post({0, 1}, answered(202)).post({1, 2}, answered(202)).finished(0);
    CHECK(story.log.empty());
}

TEST_CASE("a batch refused for five minutes while the probe passes is halved, a span alone gets its own five minutes") {
    Story story;
    const auto full = answered(500, "Cannot submit Jaeger batch: duplicate key");
    story.begin({{0, 2}}).post({0, 2}, full).probe(answered(202)).wait(500ms);
    story.now += 29s;
    story.post({0, 2}, full).wait(1s);  // the probe is not due
    story.now += 30s;
    story.post({0, 2}, full).probe(answered(202)).wait(2s);
    story.now += 4min;
    story.post({0, 2}, full).probe(answered(202));
    story.post({0, 1}, answered(202));
    story.post({1, 1}, full).probe(answered(202)).wait(500ms);
    story.now += 5min;
    story.post({1, 1}, full).probe(answered(202)).set_aside(1).finished(1);
}

TEST_CASE("the five minutes begin anew when the probe fails or nobody answers") {
    Story story;
    const auto full = answered(500);
    const auto interruption = GENERATE(values({1, 2}));
    story.begin({{0, 1}}).post({0, 1}, full).probe(answered(202)).wait(500ms);
    story.now += 4min;
    if (interruption == 1) story.post({0, 1}, full).probe(answered(500)).wait(1s);
    if (interruption == 2) story.post({0, 1}, refused()).wait(1s);
    story.now += 2min;
    story.post({0, 1}, full).probe(answered(202)).wait(2s);
    story.now += 5min;
    story.post({0, 1}, full).probe(answered(202)).set_aside(0).finished(1);
}

TEST_CASE("a refused part does not hold up the others of its window") {
    Story story;
    story.begin({{0, 1}, {1, 1}}).post({0, 1}, answered(500)).probe(answered(202)).wait(500ms);
    story.post({1, 1}, answered(202)).post({0, 1}, answered(202)).finished(0);
}

TEST_CASE("what is refused compressed is sent once more uncompressed") {
    Story story{1, true};
    story.begin({{0, 2}}).post({0, 2}, answered(500), 0, true).post({0, 2}, answered(202), 0, false).finished(0);
    story.begin({{0, 2}}).post({0, 2}, answered(400), 0, true).post({0, 2}, answered(400), 0, false);
    story.probe(answered(400)).wait(500ms);
    story.post({0, 2}, answered(202), 0, false).finished(0);
    story.begin({{0, 2}}).post({0, 2}, answered(202), 0, true).finished(0);
}

TEST_CASE("the next URL takes over, the first one is tried again by and by") {
    Story story{2};
    story.begin({{0, 1}, {1, 1}, {2, 1}, {3, 1}, {4, 1}, {5, 1}});
    story.post({0, 1}, refused(), 0).post({0, 1}, answered(202), 1).post({1, 1}, answered(202), 1);
    CHECK_FALSE(story.fsm().down());
    story.now += 30s;  // six times retry.max
    story.post({2, 1}, refused(), 0).post({2, 1}, answered(202), 1);
    story.now += 29s;
    story.post({3, 1}, answered(202), 1);
    story.now += 1s;
    story.post({4, 1}, answered(202), 0).post({5, 1}, answered(202), 0).finished(0);
    CHECK(story.log ==
          std::vector<std::string>{"destination jaeger: http://a/api/traces: connection refused; going on with "
                                   "http://b/api/traces",
                                   "destination jaeger: http://a/api/traces answers again"});
}

TEST_CASE("a first URL that costs time is tried the less") {
    Story story{2};
    story.begin({{0, 1}, {1, 1}, {2, 1}});
    const auto action = story.fsm().next(story.now);
    CHECK(std::get<DeliveryFsm::Post>(action).url == 0);
    story.now += 30s;
    story.fsm().answered({.kind = Outcome::Kind::timeout, .status = 0, .text = "no answer"}, story.now);
    story.post({0, 1}, answered(202), 1);
    story.now += 299s;
    story.post({1, 1}, answered(202), 1);
    story.now += 1s;
    story.post({2, 1}, answered(202), 0).finished(0);
}

TEST_CASE("all URLs down is an outage, each round begins with the first") {
    Story story{2};
    story.begin({{0, 1}}).post({0, 1}, refused(), 0).post({0, 1}, answered(503, "no"), 1).probe(answered(503), 1);
    story.wait(500ms);
    CHECK(story.fsm().down());
    story.post({0, 1}, refused(), 0).post({0, 1}, answered(202), 1).finished(0);
    CHECK(story.log ==
          std::vector<std::string>{
              "destination jaeger: http://a/api/traces: connection refused; going on with http://b/api/traces",
              "destination jaeger: is down: http://b/api/traces: answered 503: \"no\"; the collector cannot store the "
              "batch now; spans wait in the journal",
              "destination jaeger: is up again after 0 s (3 failed requests)"});
}

TEST_CASE("new settings end the pause and begin with the first URL") {
    Story story{2};
    story.begin({{0, 1}}).post({0, 1}, refused(), 0).post({0, 1}, refused(), 1);
    CHECK(std::holds_alternative<DeliveryFsm::Wait>(story.fsm().next(story.now)));
    story.fsm().reconfigure({.urls = {"http://c/"}});
    story.post({0, 1}, answered(202), 0).finished(0);
}

TEST_CASE("an aborted request changes nothing") {
    Story story;
    story.begin({{0, 1}}).post({0, 1}, {.kind = Outcome::Kind::aborted, .status = 0, .text = {}});
    CHECK_FALSE(story.fsm().down());
    story.post({0, 1}, answered(202)).finished(0);
}

TEST_CASE("durations are spoken in two units at most") {
    CHECK(spoken(0s) == "0 s");
    CHECK(spoken(59'999ms) == "59 s");
    CHECK(spoken(60s) == "1 min");
    CHECK(spoken(200s) == "3 min 20 s");
    CHECK(spoken(2h) == "2 h");
    CHECK(spoken(26h + 5min + 1s) == "26 h 5 min");
}
