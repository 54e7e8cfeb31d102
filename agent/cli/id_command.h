// `ordertrace id`: the trace id of an order, and where Jaeger shows it. One process, one thread.
#pragma once

#include <iosfwd>
#include <string>

namespace ordertrace {

struct IdOptions {
    std::string order;
    std::string name_space = "default";
    std::string jaeger;  // its URL; empty: no link
    bool json = false;
};

int id_command(const IdOptions& options, std::ostream& output, std::ostream& errors);

}  // namespace ordertrace
