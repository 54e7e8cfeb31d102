#include "orders/stay_counts.h"

#include <algorithm>

namespace ordertrace {
namespace {

// A late fact may move a stay's end: it is the same stay.
bool has_finished(const OrderDigest* digest, const Stay& stay) {
    return digest != nullptr && std::any_of(digest->stays.begin(), digest->stays.end(), [&](const Stay& known) {
               return known.until && known.stage == stay.stage && known.since == stay.since;
           });
}

}  // namespace

StayCounts::StayCounts(const Lifecycle& lifecycle) : lifecycle_{lifecycle}, stages_(lifecycle.stages.size()) {}

void StayCounts::add(const OrderDigest* before, const OrderDigest& digest) {
    for (const auto& stay : digest.stays) {
        const auto* stage = lifecycle_.find_stage(stay.stage);
        if (stage == nullptr || !stay.until || has_finished(before, stay)) continue;
        auto& counts = stages_[static_cast<std::size_t>(stage - lifecycle_.stages.data())];
        const auto length = std::max(*stay.until - stay.since, Duration::zero());
        const auto seconds = std::chrono::duration<double>{length}.count();
        const auto bound = std::lower_bound(bounds.begin(), bounds.end(), seconds) - bounds.begin();
        ++counts.finished.at(static_cast<std::size_t>(bound));
        counts.micros += static_cast<std::uint64_t>(length.count());
    }
}

StayHistogram StayCounts::of(std::string_view name) const {
    StayHistogram histogram;
    const auto* stage = lifecycle_.find_stage(name);
    if (stage == nullptr) return histogram;
    const auto& counts = stages_[static_cast<std::size_t>(stage - lifecycle_.stages.data())];
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        histogram.count += counts.finished.at(i);
        histogram.buckets.emplace_back(bounds.at(i), histogram.count);
    }
    histogram.count += counts.finished.back();
    histogram.sum_seconds = static_cast<double>(counts.micros) / 1e6;
    return histogram;
}

}  // namespace ordertrace
