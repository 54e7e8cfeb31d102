// Lines on their way to the agent, in the order of the messages they came from, and what may be acknowledged once they
// have arrived. Owned by the worker, one thread. Bounds: who fills it looks at messages() first; 256 KiB a post, or one
// line; 20,000 facts that may come again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace ordertrace {

class PendingLines {
public:
    // `tag`: the message's, to be acknowledged when its lines have arrived; there may be none. `keys`: of all its
    // facts, those that make no line among them.
    void add(std::uint64_t tag, std::vector<std::string> lines, std::vector<std::string> keys = {});

    // The connection is lost, and with it the meaning of the tags. The lines are still to be delivered: their messages
    // come again.
    void forget_tags();

    // Whether a message that was not acknowledged when the connection was lost told this fact. Each answers once: the
    // broker also says "again" of what it sent and nobody took, and that may look the same.
    bool came_before(const std::string& key);

    // What goes next, LF between the lines; empty if the next messages made none.
    std::string next() const;

    // What next() gave is too much at once: it gives half of it then. False: it is a single line.
    bool halve();

    struct Passed {
        std::uint64_t tag = 0;     // acknowledges all up to it; 0: none
        std::size_t messages = 0;  // that it acknowledges
    };
    // What next() gave has arrived. It grows again, if it was halved.
    Passed pass();

    struct GivenUp {
        Passed passed;
        std::size_t messages = 0;  // whose lines have not all arrived
        std::size_t lines = 0;
    };
    // The oldest messages, so many at most, will not be told.
    GivenUp give_up(std::size_t most);

    bool empty() const { return entries_.empty(); }
    std::size_t messages() const { return entries_.size(); }
    std::size_t lines() const { return lines_; }
    // Messages of the present connection.
    std::size_t unacknowledged() const;

private:
    static constexpr std::size_t most_of_a_post = 256U << 10U;  // the agent takes four times as much

    struct Entry {
        std::uint64_t tag = 0;
        std::deque<std::string> lines;
        std::vector<std::string> keys;
    };
    // How many lines next() gives.
    std::size_t reach() const;
    void pop(Passed& passed);

    std::deque<Entry> entries_;
    std::size_t lines_ = 0;
    std::size_t most_ = most_of_a_post;
    std::unordered_multiset<std::string> came_before_;
};

}  // namespace ordertrace
