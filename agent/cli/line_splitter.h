// Takes a stream of bytes apart into lines. Owned by whoever reads; one thread.
// Bound: a line of 4 MiB; what is longer is left out as a whole and counted.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace ordertrace {

class LineSplitter {
public:
    static constexpr std::size_t longest_line = 4U << 20U;
    using Sink = std::function<void(std::string_view line)>;  // without its line feed

    void push(std::string_view bytes, const Sink& sink);
    // The input has ended: what stands behind the last line feed is a line too.
    void finish(const Sink& sink);

    std::size_t too_long() const { return too_long_; }

private:
    std::string half_;  // of a line whose end has not come
    bool leaving_out_ = false;
    std::size_t too_long_ = 0;
};

}  // namespace ordertrace
