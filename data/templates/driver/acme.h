/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/driver.h>

G_BEGIN_DECLS

extern const OffhookSetting acme_settings[];

#define ACME_TYPE_DRIVER (acme_driver_get_type())
G_DECLARE_FINAL_TYPE(AcmeDriver, acme_driver, ACME, DRIVER, OffhookDriver)

#define ACME_TYPE_STREAM (acme_stream_get_type())
G_DECLARE_FINAL_TYPE(AcmeStream, acme_stream, ACME, STREAM, OffhookWireProtocol)

G_END_DECLS
