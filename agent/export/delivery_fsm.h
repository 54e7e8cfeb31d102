// Delivers the batches of one window to one destination, as a machine without I/O: next() says what to do, the caller
// does it and reports with answered(), waited() or set_aside_done(). It speaks in the log about outages.
// Owned by one Destination; delivery thread. Holds at most one part a span of the window.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "export/batch_builder.h"
#include "export/delivery_log.h"
#include "export/delivery_policy.h"

namespace ordertrace {

struct DeliverySettings {
    std::vector<std::string> urls{{}};  // in order of preference
    Duration retry_first = std::chrono::milliseconds{500};
    Duration retry_max = std::chrono::seconds{5};
    bool compress = false;
};

class DeliveryFsm {
public:
    struct Post {
        std::size_t url = 0;
        SpanRange range;
        bool compress = false;
    };
    struct Probe {
        std::size_t url = 0;
    };
    struct Wait {
        Duration time{};
    };
    struct CondemnedSpan {
        std::size_t place = 0;  // in BatchBuilder's order
        std::string why;
    };
    struct Finished {};
    using Action = std::variant<Post, Probe, Wait, CondemnedSpan, Finished>;

    // `random` gives numbers in [0, 1).
    DeliveryFsm(DeliverySettings settings, DeliveryLog log, std::function<double()> random);

    // A new window; the one before is finished.
    void begin(const std::vector<SpanRange>& batches);
    // `now` is of any clock that only goes forward.
    Action next(TimePoint now);
    void answered(const Outcome& outcome, TimePoint now);
    void waited();
    void set_aside_done();

    // Takes effect at the next action; what is under way is sent again.
    void reconfigure(DeliverySettings settings);

    std::uint64_t set_aside() const { return set_aside_; }  // of this window
    bool down() const { return log_.down(); }               // every URL failed, and none has answered 202 since
    const std::string& last_error() const { return log_.last_error(); }

private:
    struct Part {
        SpanRange range;
        bool plain = false;                      // compressed it was refused
        bool another_passed = false;             // see Situation
        std::size_t passed_url = 0;              // by which URL
        std::size_t batch = 0;                   // parts of one batch share it
        std::optional<TimePoint> refused_since;  // as unavailable, while the probe passes
        std::size_t refused_url = 0;             // by which URL
        std::optional<TimePoint> last_probe;
    };

    void act(const Outcome& outcome, TimePoint now);
    void deliver(TimePoint now);
    void split();
    void condemn(const Outcome& outcome);
    void give_way(const Decision& decision, TimePoint now);
    void note_probe(bool passed, TimePoint now);
    void forget_evidence();
    void forget_refusals();
    Situation situation(TimePoint now) const;
    const std::string& url() const { return settings_.urls[url_]; }

    DeliverySettings settings_;
    DeliveryLog log_;
    std::function<double()> random_;
    std::deque<Part> parts_;  // the first is being sent
    std::size_t url_ = 0;
    std::size_t tried_ = 0;  // URLs that failed since the last pause
    unsigned failed_rounds_ = 0;
    std::optional<Outcome> suspected_;  // the answer that the probe is to explain
    std::optional<bool> probe_passed_;
    std::optional<Duration> pause_;
    std::string condemned_why_;
    bool condemned_ = false;
    std::uint64_t set_aside_ = 0;
    TimePoint asked_{};            // when the request under way began
    TimePoint try_first_after_{};  // while on another URL
};

}  // namespace ordertrace
