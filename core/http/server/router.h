/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Finds the route of a path. Main thread.
 */
#pragma once

#include "http/server/server.h"

G_BEGIN_DECLS

typedef struct _OffhookRouter OffhookRouter;

OffhookRouter *offhook_router_new(void);
void offhook_router_free(OffhookRouter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookRouter, offhook_router_free)

void offhook_router_add(OffhookRouter *self, const OffhookRoute *routes);

/**
 * offhook_router_find:
 * @parameters: (out): what the pattern's {...} stand for, decoded
 *
 * Returns: (nullable): the first route that fits. %OFFHOOK_ERROR_NOT_FOUND for an unknown path,
 *   %OFFHOOK_ERROR_NOT_SUPPORTED for a known path with another method
 */
const OffhookRoute *offhook_router_find(OffhookRouter *self, const char *method, const char *path,
					char ***parameters, GError **error);

/** "GET, HEAD, OPTIONS": what can be done with @path, which is known. (transfer full) */
char *offhook_router_list_methods(OffhookRouter *self, const char *path);

G_END_DECLS
