// Compresses request bodies. Owned by one destination; delivery thread. The state (256 KiB) exists once used.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "export/request_body.h"

namespace ordertrace {

class Gzip {
public:
    Gzip();
    ~Gzip();
    // The whole body as a gzip member; valid until the next call.
    std::string_view compress(RequestBody& body);
    // Gives the memory back until it is needed again.
    void release();

private:
    struct State;
    std::unique_ptr<State> state_;
    std::string out_;
};

}  // namespace ordertrace
