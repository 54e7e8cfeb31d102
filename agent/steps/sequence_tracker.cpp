#include "steps/sequence_tracker.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace ordertrace {

void SequenceTracker::observe(std::size_t place, std::string_view instance, std::uint64_t number, TimePoint now) {
    auto& sender = sender_of(place, instance, number);
    sender.seen = now;
    if (number > sender.highest) {
        if (number - sender.highest > 1) add_gap(sender, {sender.highest + 1, number - 1, now + patience});
        sender.highest = number;
        return;
    }
    const bool below_half = number < sender.highest - number;
    if (number == sender.highest || fill(sender, number) || !below_half) return;
    // What the sender's former life still owed is not coming any more, and its numbers mean other events now.
    give_up_all(sender);
    sender.highest = number;
    ledger_.add_restart(place, instance, now);
}

void SequenceTracker::judge(TimePoint now) {
    if (!next_due_ || *next_due_ > now) return;
    next_due_.reset();
    for (auto& sender : senders_) {
        // Gaps stand in the order of their time: they are made so, and a split keeps it.
        while (!sender.gaps.empty() && sender.gaps.front().due <= now) give_up_oldest(sender);
        if (!sender.gaps.empty() && (!next_due_ || sender.gaps.front().due < *next_due_))
            next_due_ = sender.gaps.front().due;
    }
}

SequenceTracker::Sender& SequenceTracker::sender_of(std::size_t place, std::string_view instance,
                                                    std::uint64_t number) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), place).ptr;
    key_.assign(digits.data(), end).append(" ").append(instance);
    if (const auto known = by_key_.find(key_); known != by_key_.end()) return senders_[known->second];
    const auto index = free_index();
    auto& sender = senders_[index];
    sender.key = key_;
    sender.place = place;
    sender.highest = number;
    by_key_.emplace(key_, index);
    return sender;
}

std::size_t SequenceTracker::free_index() {
    if (senders_.size() < max_senders) {
        senders_.emplace_back();
        return senders_.size() - 1;
    }
    const auto silent = std::min_element(senders_.begin(), senders_.end(),
                                         [](const Sender& a, const Sender& b) { return a.seen < b.seen; });
    give_up_all(*silent);
    by_key_.erase(silent->key);
    return static_cast<std::size_t>(silent - senders_.begin());
}

void SequenceTracker::add_gap(Sender& sender, Gap gap) {
    if (sender.gaps.size() == max_gaps) give_up_oldest(sender);
    sender.gaps.push_back(gap);
    if (!next_due_ || gap.due < *next_due_) next_due_ = gap.due;
}

bool SequenceTracker::fill(Sender& sender, std::uint64_t number) {
    for (auto gap = sender.gaps.begin(); gap != sender.gaps.end(); ++gap) {
        if (number < gap->first || number > gap->last) continue;
        const Gap above{number + 1, gap->last, gap->due};
        gap->last = number - 1;
        const bool below_left = gap->first <= gap->last;
        const bool above_left = above.first <= above.last;
        if (below_left && above_left && sender.gaps.size() < max_gaps)
            sender.gaps.insert(gap + 1, above);
        else if (below_left && above_left)
            gap->last = above.last - 1;  // no room for both: as many numbers as are still missing
        else if (above_left)
            *gap = above;
        else if (!below_left)
            sender.gaps.erase(gap);
        return true;
    }
    return false;
}

void SequenceTracker::give_up_all(Sender& sender) {
    while (!sender.gaps.empty()) give_up_oldest(sender);
}

void SequenceTracker::give_up_oldest(Sender& sender) {
    const auto gap = sender.gaps.begin();
    ledger_.add_missing(sender.place, gap->last - gap->first + 1);
    sender.gaps.erase(gap);
}

}  // namespace ordertrace
