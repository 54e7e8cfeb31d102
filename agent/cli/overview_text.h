// Stages with their steps, and systems, as tables. Pure. Documents of GET /api/stages and /api/systems.
#pragma once

#include <string>

#include <boost/json/object.hpp>

namespace ordertrace {

std::string stages_text(const boost::json::object& document, bool colours);
std::string systems_text(const boost::json::object& document, bool colours);

}  // namespace ordertrace
