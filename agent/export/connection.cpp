#include "export/connection.h"

#include <sys/socket.h>

#include <cerrno>

namespace ordertrace {

bool Connection::gone() {
    char byte = 0;
    const auto size = ::recv(tcp().socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR);
}

}  // namespace ordertrace
