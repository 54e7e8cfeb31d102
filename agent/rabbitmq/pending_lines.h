// Lines on their way to the agent, in the order of the messages they came from, and what may be acknowledged once they
// have arrived. Owned by the worker, one thread. Bound: who fills it looks at messages() first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace ordertrace {

class PendingLines {
public:
    // `tag`: the message's, to be acknowledged when its lines have arrived; there may be none.
    void add(std::uint64_t tag, std::vector<std::string> lines);

    // The connection is lost, and with it the meaning of the tags. The lines are still to be delivered: their messages
    // come again, but are known then.
    void forget_tags();

    // What goes next, LF between the lines; empty if the next messages made none.
    std::string next() const;

    struct Passed {
        std::uint64_t tag = 0;     // acknowledges all up to it; 0: none
        std::size_t messages = 0;  // that it acknowledges
    };
    // What next() gave has arrived.
    Passed pass();

    bool empty() const { return entries_.empty(); }
    std::size_t messages() const { return entries_.size(); }
    std::size_t lines() const { return lines_; }
    // Messages of the present connection.
    std::size_t unacknowledged() const;

private:
    struct Entry {
        std::uint64_t tag = 0;
        std::vector<std::string> lines;
    };
    // How many entries next() covers.
    std::size_t reach() const;

    std::deque<Entry> entries_;
    std::size_t lines_ = 0;
};

}  // namespace ordertrace
