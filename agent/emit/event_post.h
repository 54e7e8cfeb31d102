// Gives events to an agent over HTTP: the answer says that they are in its journal. Owned by whoever sends; one thread,
// which it blocks for `patience` at most. A connection of its own for each post. Bound: the agent takes 1 MiB at once.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"
#include "settings/common_settings.h"

namespace ordertrace {

struct PostOutcome {
    unsigned status = 0;  // 204: taken; 400: some lines were refused, the others taken; else nothing was
    std::string text;     // of a 400: the refused lines, one a line, as "line N: REASON: …"
};

class EventPost {
public:
    // The agent's URL; the path of the events is added to its own, unless it stands there already.
    explicit EventPost(Url agent);

    // `lines` as in a datagram, LF between them. An error: not known to be taken, so they are to be sent again; an
    // event that carries its own time is seen once all the same.
    Result<PostOutcome> post(std::string_view lines, std::chrono::milliseconds patience) const;

private:
    Url agent_;
};

}  // namespace ordertrace
