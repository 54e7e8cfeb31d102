// Ids near a text, out of the sorted ids of a store. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ordertrace {

// `after`: the first ids at or after `text`, sorted; `before`: the last ones before it, the nearest first; each as many
// as `limit` or all there are. Gives those that begin with `text`, then neighbours, from both sides as equally as there
// are some.
std::vector<std::string> nearest_ids(const std::string& text, std::size_t limit, const std::vector<std::string>& after,
                                     const std::vector<std::string>& before);

}  // namespace ordertrace
