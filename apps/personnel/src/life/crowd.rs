//! Who there is, and whose list is whose.

use std::collections::{BTreeMap, HashMap, HashSet};

use op::{Op, OpError};
use parties::role;
use sqlx::FromRow;
use types::{Clock, Date, IdentityId, Locale, Money, PersonId, PostId, Timestamp, UnitId};
use uuid::Uuid;

/// Somebody with a leave account.
#[derive(Clone, Debug, FromRow)]
pub(super) struct Member {
    pub person: PersonId,
    pub unit: UnitId,
    pub post: PostId,
    pub salary: Money,
    pub since: Date,
    code: Option<String>,
}

impl Member {
    /// A number of their own, the same in every run.
    pub(super) fn seed(&self) -> u64 {
        let code = self.code.as_deref().unwrap_or_default();
        code.bytes().fold(7, |n, b| n.wrapping_mul(31).wrapping_add(u64::from(b)))
    }
}

pub(super) struct Crowd {
    /// In the order of their personal codes: the same whatever ids were given.
    pub all: Vec<Member>,
    /// List → place in `all` of one who works it off.
    lists: HashMap<Uuid, usize>,
    /// Those who hold a role beside that of an employee.
    pub leads: HashSet<PersonId>,
    /// HR of the whole municipality, else any.
    pub hr: Option<usize>,
    /// Who may sign in, and the roles they hold: they decide by themselves.
    pub named: BTreeMap<String, usize>,
}

const MEMBERS: &str = db::sql!(
    "select a.id as person, t.unit_id as unit, t.post_id as post, t.salary, e.valid_from as since,
            p.personal_code as code
     from personnel.account a
     join parties.employment e on e.tenant_id = $1 and e.id = a.employment_id
     join parties.person p on p.tenant_id = $1 and p.id = a.id
     cross join lateral (
       select * from parties.employment_term t where t.tenant_id = $1 and t.employment_id = e.id
       order by t.valid_from desc limit 1) t
     where a.tenant_id = $1 and (e.valid_to is null or e.valid_to >= $2)
     order by p.personal_code, p.id"
);

impl Crowd {
    pub(super) async fn read(op: &Op) -> Result<Self, OpError> {
        let (tenant, today) = (op.tenant(), op.today());
        let identities = web::platform::identities(op.kernel(), tenant).await?;
        let mut read = op.read().await?;
        let all: Vec<Member> = sqlx::query_as(MEMBERS).bind(tenant).bind(today).fetch_all(read.conn()).await?;
        let grants = parties::grants_in(read.conn(), tenant, None, today).await?;
        let units = parties::units(read.conn(), tenant, Some(today)).await?;
        drop(read);
        let place: HashMap<PersonId, usize> = all.iter().enumerate().map(|(n, m)| (m.person, n)).collect();
        let root = units.first().map(|u| u.id);
        let mut lists: HashMap<Uuid, usize> = all.iter().enumerate().map(|(n, m)| (m.person.uuid(), n)).collect();
        let mut hr = None;
        for g in &grants {
            let Some(n) = place.get(&g.person_id) else { continue };
            lists.entry(op::pool_id(g.unit_id, &g.role)).or_insert(*n);
            if g.role == role::HR && Some(g.unit_id) == root {
                hr = Some(*n);
            }
        }
        let mut named = BTreeMap::new();
        for i in &identities {
            let Some(n) = place.get(&i.person_id) else { continue };
            let theirs = grants.iter().find(|g| g.person_id == i.person_id).map_or("employee", |g| g.role.as_str());
            named.entry(theirs.to_owned()).or_insert(*n);
        }
        let leads = grants.iter().map(|g| g.person_id).chain(identities.iter().map(|i| i.person_id)).collect();
        Ok(Self { all, lists, leads, hr, named })
    }

    /// Every list.
    pub(super) fn principals(&self) -> Vec<Uuid> {
        self.lists.keys().copied().collect()
    }

    /// Who works a list off.
    pub(super) fn taker(&self, principal: Uuid) -> Option<usize> {
        self.lists.get(&principal).copied()
    }

    /// An operation of the nth, at a moment.
    pub(super) async fn op_of(&self, op: &Op, n: usize, moment: Timestamp) -> Result<Option<Op>, OpError> {
        let Some(m) = self.all.get(n) else { return Ok(None) };
        let (nobody, clock) = (IdentityId(Uuid::nil()), Clock::fixed(moment));
        Ok(Some(Op::for_person_at(op.kernel(), op.tenant(), m.person, nobody, Locale::Lv, clock).await?))
    }
}
