#include "steps/step_gauges.h"

#include <algorithm>

namespace ordertrace {

void StepGauges::finished(std::string_view step, StepResult result, Duration duration) {
    auto& histogram = rows_[place_of(step)].by_result[static_cast<std::size_t>(result)];
    const auto bound = std::lower_bound(StepDuration::bounds.begin(), StepDuration::bounds.end(), duration);
    const auto bucket = static_cast<std::size_t>(bound - StepDuration::bounds.begin());
    // One writer: a load and a store are enough, and cheaper than a locked addition.
    auto add = [](std::atomic<std::uint64_t>& to, std::uint64_t n) {
        to.store(to.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    };
    add(histogram.counts[bucket], 1);
    add(histogram.micros_sum, static_cast<std::uint64_t>(duration.count()));
}

void StepGauges::set_open(std::uint64_t steps, std::uint64_t bytes) {
    open_steps_.store(steps, std::memory_order_relaxed);
    open_bytes_.store(bytes, std::memory_order_relaxed);
}

void StepGauges::set_oldest(std::size_t place, TimePoint start) {
    rows_[place].oldest.store(to_micros(start), std::memory_order_relaxed);
}

std::vector<StepDuration> StepGauges::durations() const {
    std::vector<StepDuration> all;
    const auto known = names_.size();
    for (std::size_t place = 0; place <= max_steps; ++place) {
        if (place >= known && place != other) continue;
        for (std::size_t result = 0; result < result_count; ++result) {
            const auto& histogram = rows_[place].by_result[result];
            StepDuration shown{.step = names_.name(place), .result = static_cast<StepResult>(result)};
            std::uint64_t sum = 0;
            for (std::size_t bucket = 0; bucket < histogram.counts.size(); ++bucket) {
                sum += histogram.counts[bucket].load(std::memory_order_relaxed);
                shown.cumulative[bucket] = sum;
            }
            shown.seconds_sum = static_cast<double>(histogram.micros_sum.load(std::memory_order_relaxed)) / 1e6;
            if (sum > 0) all.push_back(shown);
        }
    }
    return all;
}

std::vector<OldestOpen> StepGauges::oldest_open() const {
    std::vector<OldestOpen> all;
    const auto known = names_.size();
    for (std::size_t place = 0; place <= max_steps; ++place) {
        if (place >= known && place != other) continue;
        const auto start = from_micros(rows_[place].oldest.load(std::memory_order_relaxed));
        if (start != none_open) all.push_back({names_.name(place), start});
    }
    return all;
}

}  // namespace ordertrace
