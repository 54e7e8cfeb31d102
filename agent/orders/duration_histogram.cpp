#include "orders/duration_histogram.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ordertrace {
namespace {

constexpr std::uint32_t a_moment = 0;
constexpr std::uint32_t max_place = (1U << 9U) - 1;  // as wide as the field
constexpr std::uint32_t last_place = 399;            // about 30 years
constexpr double places_per_octave = 8;

using Counts = std::array<std::uint64_t, last_place + 1>;

std::uint32_t place_of(Duration duration) {
    if (duration <= Duration{1}) return a_moment;
    const auto place = places_per_octave * std::log2(static_cast<double>(duration.count()));
    return static_cast<std::uint32_t>(std::min(place, double{last_place}));
}

// The middle of the bucket, at most 4.5 % from whatever lies in it.
Duration middle_of(std::size_t place) {
    return Duration{std::llround(std::exp2((static_cast<double>(place) + 0.5) / places_per_octave))};
}

// The duration that `share` of all (`total`) do not exceed.
Duration quantile(const Counts& counts, std::uint64_t total, double share) {
    const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(total)));
    std::uint64_t passed = 0;
    for (std::size_t place = a_moment + 1; place < counts.size(); ++place)
        if (passed += counts[place]; passed >= rank) return middle_of(place);
    return middle_of(last_place);
}

// There are thousands of these lists, so they grow by little.
template <class Item>
void insert(std::vector<Item>& items, std::ptrdiff_t at, Item item) {
    constexpr std::size_t growth = 8;
    if (items.size() == items.capacity()) items.reserve(items.size() + growth);
    items.insert(items.begin() + at, item);
}

}  // namespace

std::vector<DurationHistogram::Hour>::iterator DurationHistogram::find(HourPoint hour) {
    return std::lower_bound(hours_.begin(), hours_.end(), hour,
                            [](const Hour& entry, HourPoint wanted) { return entry.hour < wanted; });
}

void DurationHistogram::add(TimePoint end, Duration duration, bool failed) {
    const auto hour = std::chrono::floor<std::chrono::hours>(end);
    auto entry = find(hour);
    if (entry == hours_.end() || entry->hour != hour) entry = hours_.insert(entry, Hour{hour, 0, {}});
    if (failed) ++entry->failures;
    auto& buckets = entry->buckets;
    const auto place = place_of(duration);
    const auto bucket = std::lower_bound(buckets.begin(), buckets.end(), place,
                                         [](const Bucket& b, std::uint32_t wanted) { return b.place < wanted; });
    if (bucket != buckets.end() && bucket->place == place)
        ++bucket->count;
    else
        insert(buckets, bucket - buckets.begin(), Bucket{place & max_place, 1});
}

void DurationHistogram::remove(TimePoint end, Duration duration, bool failed) {
    const auto hour = std::chrono::floor<std::chrono::hours>(end);
    const auto entry = find(hour);
    if (entry == hours_.end() || entry->hour != hour) return;
    if (failed) --entry->failures;
    auto& buckets = entry->buckets;
    const auto place = place_of(duration);
    const auto bucket = std::find_if(buckets.begin(), buckets.end(), [&](const Bucket& b) { return b.place == place; });
    if (bucket != buckets.end() && --bucket->count == 0) buckets.erase(bucket);
    if (buckets.empty()) hours_.erase(entry);
}

void DurationHistogram::forget_before(HourPoint hour) { hours_.erase(hours_.begin(), find(hour)); }

DurationStats DurationHistogram::since(HourPoint from) const {
    Counts counts{};
    DurationStats stats;
    for (auto entry = hours_.rbegin(); entry != hours_.rend() && entry->hour >= from; ++entry) {
        stats.failures += entry->failures;
        for (const auto& bucket : entry->buckets) {
            counts.at(bucket.place) += bucket.count;
            stats.count += bucket.count;
        }
    }
    const auto durations = stats.count - counts[a_moment];
    if (durations == 0) return stats;
    stats.median = quantile(counts, durations, 0.5);
    stats.p95 = quantile(counts, durations, 0.95);
    return stats;
}

}  // namespace ordertrace
