#include "orders/blindness.h"

#include <algorithm>

namespace ordertrace {

bool is_blind(Judging& judging, std::string_view system, TimePoint from, TimePoint to) {
    const auto* life = judging.life_of(system);
    if (life == nullptr || life->beats.empty() || from > to) return false;
    // Beats that ended before say only up to when it was covered; `covered` rises, so they are skipped at once.
    const auto first = std::upper_bound(life->covered.begin(), life->covered.end(), from);
    auto at = static_cast<std::size_t>(first - life->covered.begin());
    for (; at < life->beats.size(); ++at) {
        const auto& beat = life->beats[at];
        const bool has_earlier = at > 0;
        if (has_earlier && life->covered[at - 1] < to && beat.start > from &&
            beat.start - life->covered[at - 1] > judging.beat_gap())
            return true;
        if (beat.start >= to) return false;
        if (beat.tells_of_loss() && beat.end > from) return true;
    }
    // After the last beat nothing is covered up to now.
    const auto last = life->covered.back();
    return last < to && judging.has_come(last + judging.beat_gap() + Duration{1});
}

}  // namespace ordertrace
