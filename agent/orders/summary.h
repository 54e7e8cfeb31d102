// The whole shop in numbers: stages, edges, steps, durations. Kept by adding and taking out digests, never by counting
// anew. Owned by the watcher's thread; readers get a copy (Overview). No clock: `now` is an argument.
// Bounds: the lifecycle's stages, 1,000 edges and 200 steps (all further ones are `other`), 28 days of hours. For
// 200,000 orders a few MiB: counts, nothing for each order.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "orders/digest.h"
#include "orders/duration_histogram.h"
#include "orders/lifecycle.h"

namespace ordertrace {

struct Windows {
    DurationStats day, week, four_weeks;  // the last 24 h, 7 days, 28 days, by whole hours
    friend bool operator==(const Windows&, const Windows&) = default;
};

struct StageRow {
    std::string stage;  // empty: orders without a status
    bool terminal = false;
    std::uint64_t orders = 0, stuck = 0;
    std::map<VerdictKind, std::uint64_t> stuck_by;
    Windows stays;
};

struct StepRow {
    std::string system, step;
    Windows runs;
};

struct EdgeRow {
    std::string edge;
    std::uint64_t sent = 0, received = 0, missing = 0;
};

class Summary {
public:
    explicit Summary(const Lifecycle& lifecycle);  // must outlive the summary

    void add(const OrderDigest& digest);
    void remove(const OrderDigest& digest);  // exactly what was added before

    // All in the lifecycle's order, then by name; what counts nothing any more is left out, but for the lifecycle's
    // stages. Statistics of hours before now − 28 days are forgotten and not taken again.
    std::vector<StageRow> stages(TimePoint now);
    std::vector<StepRow> steps(TimePoint now);
    std::vector<EdgeRow> edges() const;

private:
    static constexpr std::size_t max_edges = 1000;
    static constexpr std::size_t max_steps = 200;

    struct StageCounts {
        std::uint64_t orders = 0;
        std::array<std::uint64_t, static_cast<std::size_t>(VerdictKind::blind) + 1> stuck_by{};
        DurationHistogram stays;
    };
    using StepName = std::pair<std::string, std::string>;  // system, step

    // `by` is 1, or −1 as unsigned arithmetic has it: what was added is taken out again.
    void count(const OrderDigest& digest, std::uint64_t by);
    void count_stay(const Stay& stay, std::uint64_t by);
    void count_end(DurationHistogram& histogram, TimePoint end, Duration duration, bool failed, std::uint64_t by);
    StageCounts& stage(std::string_view name);
    StageRow row_of(std::size_t place, TimePoint now) const;
    void forget(TimePoint now);
    static Windows windows(const DurationHistogram& histogram, TimePoint now);
    std::size_t rank(std::string_view system) const;

    const Lifecycle& lifecycle_;
    std::vector<StageCounts> stages_;  // as in the lifecycle; the last: orders without a status
    // A name keeps its place for good: what was counted as `other` is taken out of `other`.
    std::map<StepName, DurationHistogram> steps_;
    std::map<std::string, EdgeRow> edges_;  // rows without their name
    HourPoint oldest_ = HourPoint::min();   // hours before are forgotten
};

}  // namespace ordertrace
