//! CreateCustomKeyStore, DescribeCustomKeyStores, UpdateCustomKeyStore, DeleteCustomKeyStore, ConnectCustomKeyStore,
//! DisconnectCustomKeyStore.
//!
//! Guarantees: names, tokens and proxies are unique among the stores of an account in a Region; a store is made or changed
//! only if the other side answered with the new values; secrets are never told again. Source: KMS API Reference.

use super::connecting::{job, job_id};
use super::error::{self, Cause};
use super::outside::{self, Step, Wanted, answered};
use super::{Cluster, Connection, KeyStoreRecord, Proxy, StoreKind};
use crate::api;
use crate::error::{limit_exceeded, null_member};
use crate::paging;
use crate::quotas::{CUSTOM_KEY_STORES, MAX_KEY_STORES};
use crate::records::Mark;
use crate::resolve::honoured;
use api::{ConnectionStateType, CustomKeyStoreType, XksProxyConnectivityType};
use base::{Secret, hex};
use kernel::{Ctx, Result};
use model::Fault;

const PROBE: &str = "probe";

/// Makes a store; it is not connected yet.
pub(crate) fn create(ctx: &mut Ctx<'_>, input: api::CreateCustomKeyStore) -> Result<api::CreateCustomKeyStoreOutput> {
    let kind = requested(&input)?;
    let stores = all(ctx)?;
    let most = ctx.limit_of(ctx.scope(), &CUSTOM_KEY_STORES);
    if stores.len() as u64 >= most {
        let text = format!("You have reached the quota of {most} custom key stores in this Region.");
        return Err(limit_exceeded(text).into());
    }
    check_unique(&stores, None, Some(&input.custom_key_store_name), &kind)?;
    answered!(probed(ctx, &kind, api::CREATE_CUSTOM_KEY_STORE.name)?, ctx, input);
    let mut random = [0; 9];
    ctx.rng().fill(&mut random);
    let id: String = format!("cks-{}", hex(&random)).chars().take(21).collect();
    let record = KeyStoreRecord {
        name: input.custom_key_store_name,
        created: ctx.now().into(),
        connection: Connection::Disconnected,
        failure: None,
        kind,
    };
    ctx.put(&KeyStoreRecord::key(ctx.scope(), &id), &record)?;
    Ok(api::CreateCustomKeyStoreOutput { custom_key_store_id: Some(id) })
}

/// Tells about the stores of the account and Region, or of one.
pub(crate) fn describe(
    ctx: &mut Ctx<'_>,
    input: api::DescribeCustomKeyStores,
) -> Result<api::DescribeCustomKeyStoresOutput> {
    let stores = all(ctx)?;
    let one = match (&input.custom_key_store_id, &input.custom_key_store_name) {
        (Some(_), Some(_)) => {
            return Err(
                Fault::validation("Specify either CustomKeyStoreId or CustomKeyStoreName, but not both.").into()
            );
        }
        (Some(named), None) => Some((named, stores.iter().find(|(id, _)| id == named))),
        (None, Some(named)) => Some((named, stores.iter().find(|(_, store)| store.name == *named))),
        (None, None) => None,
    };
    if let Some((named, found)) = one {
        let (id, store) = found.ok_or_else(|| error::not_found(named))?;
        let entries = vec![entry(id, store)];
        return Ok(api::DescribeCustomKeyStoresOutput {
            custom_key_stores: Some(entries),
            next_marker: None,
            truncated: Some(false),
        });
    }
    let page = paging::ask(ctx, input.limit, input.marker.as_deref(), paging::KEY_STORES, &[])?;
    let found = stores.into_iter().filter(|(id, _)| page.is_after(id)).take(page.limit + 1).collect();
    let (found, next) = page.cut(ctx, found, |(id, _)| id)?;
    Ok(api::DescribeCustomKeyStoresOutput {
        custom_key_stores: Some(found.iter().map(|(id, store)| entry(id, store)).collect()),
        truncated: Some(next.is_some()),
        next_marker: next,
    })
}

/// Changes the name of a store, or how the other side is reached.
pub(crate) fn update(ctx: &mut Ctx<'_>, input: api::UpdateCustomKeyStore) -> Result<api::UpdateCustomKeyStoreOutput> {
    let scope = ctx.scope();
    let record = KeyStoreRecord::find(ctx, scope, &input.custom_key_store_id)?;
    let (kind, is_changed) = changed(&record, &input)?;
    let stores = all(ctx)?;
    check_unique(&stores, Some(&input.custom_key_store_id), input.new_custom_key_store_name.as_ref(), &kind)?;
    if is_changed {
        answered!(probed(ctx, &kind, api::UPDATE_CUSTOM_KEY_STORE.name)?, ctx, input);
    }
    let name = input.new_custom_key_store_name.unwrap_or(record.name);
    let record = KeyStoreRecord { name, kind, ..record };
    ctx.put(&KeyStoreRecord::key(scope, &input.custom_key_store_id), &record)?;
    Ok(api::UpdateCustomKeyStoreOutput {})
}

/// Deletes a store that has no keys.
pub(crate) fn delete(ctx: &mut Ctx<'_>, input: api::DeleteCustomKeyStore) -> Result<api::DeleteCustomKeyStoreOutput> {
    let (scope, id) = (ctx.scope(), &input.custom_key_store_id);
    let record = KeyStoreRecord::find(ctx, scope, id)?;
    let members: Vec<(_, Mark)> = ctx.scan(&KeyStoreRecord::members(scope, id), None, 1)?;
    if !members.is_empty() {
        return Err(error::has_keys().into());
    }
    if record.connection != Connection::Disconnected {
        return Err(error::wrong_state("The custom key store is not disconnected.").into());
    }
    ctx.delete(&KeyStoreRecord::key(scope, id))?;
    Ok(api::DeleteCustomKeyStoreOutput {})
}

/// Begins to connect a store. One that is connected, or about to be, is left as it is.
pub(crate) fn connect(
    ctx: &mut Ctx<'_>,
    input: api::ConnectCustomKeyStore,
) -> Result<api::ConnectCustomKeyStoreOutput> {
    let (scope, id) = (ctx.scope(), &input.custom_key_store_id);
    let mut record = KeyStoreRecord::find(ctx, scope, id)?;
    match record.connection {
        Connection::Connected | Connection::Connecting => {}
        Connection::Failed => {
            let text =
                "The last attempt to connect the custom key store failed. Disconnect it before you connect it again.";
            return Err(error::wrong_state(text).into());
        }
        Connection::Disconnected => {
            record.connection = Connection::Connecting;
            ctx.put(&KeyStoreRecord::key(scope, id), &record)?;
            let job = job(ctx, id);
            ctx.schedule(&job)?;
        }
    }
    Ok(api::ConnectCustomKeyStoreOutput {})
}

/// Makes the keys of a store unavailable.
pub(crate) fn disconnect(
    ctx: &mut Ctx<'_>,
    input: api::DisconnectCustomKeyStore,
) -> Result<api::DisconnectCustomKeyStoreOutput> {
    let (scope, id) = (ctx.scope(), &input.custom_key_store_id);
    let mut record = KeyStoreRecord::find(ctx, scope, id)?;
    if record.connection == Connection::Disconnected {
        return Err(error::wrong_state("The custom key store is disconnected already.").into());
    }
    record.connection = Connection::Disconnected;
    record.failure = None;
    ctx.put(&KeyStoreRecord::key(scope, id), &record)?;
    ctx.cancel(&job_id(id))?;
    Ok(api::DisconnectCustomKeyStoreOutput {})
}

/// All stores by id. They are few.
fn all(ctx: &mut Ctx<'_>) -> Result<Vec<(String, KeyStoreRecord)>> {
    let found = ctx.scan(&KeyStoreRecord::all(ctx.scope()), None, MAX_KEY_STORES)?;
    Ok(found.into_iter().filter_map(|(key, record)| Some((key.last_text()?, record))).collect())
}

fn check_unique(
    stores: &[(String, KeyStoreRecord)],
    own: Option<&String>,
    name: Option<&String>,
    kind: &StoreKind,
) -> Result<()> {
    for (_, other) in stores.iter().filter(|(id, _)| Some(id) != own) {
        if let Some(name) = name.filter(|name| other.name == **name) {
            return Err(error::name_in_use(name).into());
        }
        match (kind, &other.kind) {
            (StoreKind::Cluster(one), StoreKind::Cluster(other)) if one.id == other.id => {
                return Err(error::cluster_in_use().into());
            }
            (StoreKind::Proxy(one), StoreKind::Proxy(other))
                if one.endpoint.eq_ignore_ascii_case(&other.endpoint) && one.path == other.path =>
            {
                return Err(error::uri_in_use().into());
            }
            _ => {}
        }
    }
    Ok(())
}

/// Asks the other side whether it is there and takes these values.
fn probed(ctx: &Ctx<'_>, kind: &StoreKind, operation: &str) -> Result<Step<()>> {
    let Some(exchange) = ctx.exchanged(PROBE) else {
        let question = kind.question(ctx, operation, &Wanted::Probe);
        return Ok(Step::Ask(PROBE, question.ok_or_else(|| Fault::validation("The key store cannot be asked."))?));
    };
    outside::is_well(exchange)?.map_err(Cause::on_store)?;
    Ok(Step::Done(()))
}

/// What a new store is. Members of the other type are refused.
fn requested(input: &api::CreateCustomKeyStore) -> Result<StoreKind> {
    let kind = input.custom_key_store_type.unwrap_or(CustomKeyStoreType::AwsCloudhsm);
    let of_a_cluster = [
        ("CloudHsmClusterId", input.cloud_hsm_cluster_id.is_some()),
        ("TrustAnchorCertificate", input.trust_anchor_certificate.is_some()),
        ("KeyStorePassword", input.key_store_password.is_some()),
    ];
    let of_a_proxy = [
        ("XksProxyUriEndpoint", input.xks_proxy_uri_endpoint.is_some()),
        ("XksProxyUriPath", input.xks_proxy_uri_path.is_some()),
        ("XksProxyAuthenticationCredential", input.xks_proxy_authentication_credential.is_some()),
        ("XksProxyConnectivity", input.xks_proxy_connectivity.is_some()),
        ("XksProxyVpcEndpointServiceName", input.xks_proxy_vpc_endpoint_service_name.is_some()),
        ("XksProxyVpcEndpointServiceOwner", input.xks_proxy_vpc_endpoint_service_owner.is_some()),
    ];
    match kind {
        CustomKeyStoreType::AwsCloudhsm => {
            refuse(kind, &of_a_proxy)?;
            let anchor = needed(input.trust_anchor_certificate.clone(), "trustAnchorCertificate")?;
            if !is_certificate(&anchor) {
                return Err(error::incorrect_anchor().into());
            }
            Ok(StoreKind::Cluster(Cluster {
                id: needed(input.cloud_hsm_cluster_id.clone(), "cloudHsmClusterId")?,
                anchor,
                password: needed(input.key_store_password.as_ref().map(Secret::duplicate), "keyStorePassword")?,
            }))
        }
        CustomKeyStoreType::ExternalKeyStore => {
            refuse(kind, &of_a_cluster)?;
            let connectivity = needed(input.xks_proxy_connectivity, "xksProxyConnectivity")?;
            public(api::CREATE_CUSTOM_KEY_STORE.name, Some(connectivity))?;
            let no_service = of_a_proxy.into_iter().filter(|(name, _)| name.contains("Vpc")).collect::<Vec<_>>();
            refuse(kind, &no_service)?;
            let credential = input.xks_proxy_authentication_credential.as_ref();
            let credential = needed(credential, "xksProxyAuthenticationCredential")?;
            Ok(StoreKind::Proxy(Proxy {
                endpoint: needed(input.xks_proxy_uri_endpoint.clone(), "xksProxyUriEndpoint")?,
                path: needed(input.xks_proxy_uri_path.clone(), "xksProxyUriPath")?,
                access_key_id: credential.access_key_id.expose().clone(),
                secret: credential.raw_secret_access_key.duplicate(),
            }))
        }
    }
}

/// What a store becomes, and whether the other side has to be asked about that. A cluster and the endpoint of a proxy are
/// changed only while the store is disconnected.
fn changed(record: &KeyStoreRecord, input: &api::UpdateCustomKeyStore) -> Result<(StoreKind, bool)> {
    let of_a_cluster = [
        ("CloudHsmClusterId", input.cloud_hsm_cluster_id.is_some()),
        ("KeyStorePassword", input.key_store_password.is_some()),
    ];
    let of_a_proxy = [
        ("XksProxyUriEndpoint", input.xks_proxy_uri_endpoint.is_some()),
        ("XksProxyUriPath", input.xks_proxy_uri_path.is_some()),
        ("XksProxyAuthenticationCredential", input.xks_proxy_authentication_credential.is_some()),
        ("XksProxyConnectivity", input.xks_proxy_connectivity.is_some()),
        ("XksProxyVpcEndpointServiceName", input.xks_proxy_vpc_endpoint_service_name.is_some()),
        ("XksProxyVpcEndpointServiceOwner", input.xks_proxy_vpc_endpoint_service_owner.is_some()),
    ];
    let any = |members: &[(&str, bool)]| members.iter().any(|(_, given)| *given);
    if input.new_custom_key_store_name.is_none() && !any(&of_a_cluster) && !any(&of_a_proxy) {
        return Err(Fault::validation("Specify at least one property of the custom key store to change.").into());
    }
    let disconnected = || match record.connection {
        Connection::Disconnected => Ok(()),
        _ => Err(error::wrong_state("The custom key store is not disconnected.")),
    };
    match &record.kind {
        StoreKind::Cluster(now) => {
            refuse(CustomKeyStoreType::AwsCloudhsm, &of_a_proxy)?;
            if any(&of_a_cluster) {
                disconnected()?;
            }
            let cluster = Cluster {
                id: input.cloud_hsm_cluster_id.clone().unwrap_or_else(|| now.id.clone()),
                anchor: now.anchor.clone(),
                password: input.key_store_password.as_ref().unwrap_or(&now.password).duplicate(),
            };
            Ok((StoreKind::Cluster(cluster), input.cloud_hsm_cluster_id.is_some()))
        }
        StoreKind::Proxy(now) => {
            refuse(CustomKeyStoreType::ExternalKeyStore, &of_a_cluster)?;
            public(api::UPDATE_CUSTOM_KEY_STORE.name, input.xks_proxy_connectivity)?;
            let no_service = of_a_proxy.into_iter().filter(|(name, _)| name.contains("Vpc")).collect::<Vec<_>>();
            refuse(CustomKeyStoreType::ExternalKeyStore, &no_service)?;
            if input.xks_proxy_uri_endpoint.is_some() || input.xks_proxy_connectivity.is_some() {
                disconnected()?;
            }
            let credential = input.xks_proxy_authentication_credential.as_ref();
            let proxy = Proxy {
                endpoint: input.xks_proxy_uri_endpoint.clone().unwrap_or_else(|| now.endpoint.clone()),
                path: input.xks_proxy_uri_path.clone().unwrap_or_else(|| now.path.clone()),
                access_key_id: credential
                    .map_or_else(|| now.access_key_id.clone(), |new| new.access_key_id.expose().clone()),
                secret: credential.map_or(&now.secret, |new| &new.raw_secret_access_key).duplicate(),
            };
            Ok((StoreKind::Proxy(proxy), any(&of_a_proxy)))
        }
    }
}

/// Endpoint services of VPCs are not there to be connected to.
fn public(operation: &str, connectivity: Option<XksProxyConnectivityType>) -> Result<()> {
    let is_private = connectivity == Some(XksProxyConnectivityType::VpcEndpointService);
    honoured(operation, &[("XksProxyConnectivity", is_private)])
}

fn refuse(kind: CustomKeyStoreType, members: &[(&str, bool)]) -> Result<()> {
    match members.iter().find(|(_, given)| *given) {
        Some((name, _)) => {
            let text = format!("{name} is not valid for this custom key store of type {}.", kind.as_str());
            Err(Fault::validation(text).into())
        }
        None => Ok(()),
    }
}

fn needed<T>(member: Option<T>, path: &str) -> Result<T> {
    Ok(member.ok_or_else(|| null_member(path))?)
}

/// Whether a text is one certificate in PEM. What it certifies is the module's to check, which connects to the cluster.
fn is_certificate(text: &str) -> bool {
    let inner = text.trim().strip_prefix("-----BEGIN CERTIFICATE-----");
    let inner = inner.and_then(|rest| rest.strip_suffix("-----END CERTIFICATE-----"));
    inner.is_some_and(|inner| {
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte) || byte.is_ascii_whitespace();
        inner.trim().len() > 64 && inner.bytes().all(is_base64)
    })
}

/// What DescribeCustomKeyStores tells of a store.
fn entry(id: &str, store: &KeyStoreRecord) -> api::CustomKeyStoresListEntry {
    let state = match store.connection {
        Connection::Connected => ConnectionStateType::Connected,
        Connection::Connecting => ConnectionStateType::Connecting,
        Connection::Failed => ConnectionStateType::Failed,
        Connection::Disconnected => ConnectionStateType::Disconnected,
    };
    let told = api::CustomKeyStoresListEntry {
        custom_key_store_id: Some(id.to_owned()),
        custom_key_store_name: Some(store.name.clone()),
        connection_state: Some(state),
        connection_error_code: store.failure.map(Into::into),
        creation_date: Some(store.created.into()),
        ..api::CustomKeyStoresListEntry::default()
    };
    match &store.kind {
        StoreKind::Cluster(cluster) => api::CustomKeyStoresListEntry {
            cloud_hsm_cluster_id: Some(cluster.id.clone()),
            trust_anchor_certificate: Some(cluster.anchor.clone()),
            custom_key_store_type: Some(CustomKeyStoreType::AwsCloudhsm),
            ..told
        },
        StoreKind::Proxy(proxy) => api::CustomKeyStoresListEntry {
            custom_key_store_type: Some(CustomKeyStoreType::ExternalKeyStore),
            xks_proxy_configuration: Some(api::XksProxyConfigurationType {
                connectivity: Some(XksProxyConnectivityType::PublicEndpoint),
                access_key_id: Some(Secret::new(proxy.access_key_id.clone())),
                uri_endpoint: Some(proxy.endpoint.clone()),
                uri_path: Some(proxy.path.clone()),
                ..api::XksProxyConfigurationType::default()
            }),
            ..told
        },
    }
}
