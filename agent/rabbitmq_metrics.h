// The metrics of ordertrace-rabbitmq in the Prometheus text format. Pure but for the process's own numbers; the thread
// of the admin port.
#pragma once

#include <string>

#include "rabbitmq/rabbit_numbers.h"

namespace ordertrace {

std::string rabbitmq_metrics(const RabbitNumbers& numbers);

}  // namespace ordertrace
