// The functions of the page of derivatives that no browser has, or that it has otherwise than Python.
// Each begins at the margin and ends with a brace there; those that it calls stand here as well.

function power(a, b) {
  return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : Math.pow(a, b);
}

function exp2(x) {
  return Math.pow(2, x);
}

function logaddexp(a, b) {
  return a === b ? a + Math.LN2 : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}

function logaddexp2(a, b) {
  return a === b ? a + 1 : Math.max(a, b) + Math.log1p(Math.pow(2, -Math.abs(a - b))) / Math.LN2;
}

function sinc(x) {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function deg2rad(x) {
  return x * (Math.PI / 180);
}

function radians(x) {
  return x * (Math.PI / 180);
}

function rad2deg(x) {
  return x * (180 / Math.PI);
}

function degrees(x) {
  return x * (180 / Math.PI);
}

function heaviside(a, b) {
  return a === 0 ? b : a > 0 ? 1 : a < 0 ? 0 : NaN;
}

function maximum(a, b) {
  return a !== a || b !== b ? NaN : a >= b ? a : b;
}

function minimum(a, b) {
  return a !== a || b !== b ? NaN : a <= b ? a : b;
}

function fmax(a, b) {
  return a !== a ? b : b !== b || a >= b ? a : b;
}

function fmin(a, b) {
  return a !== a ? b : b !== b || a <= b ? a : b;
}

function clip(x, low, high) {
  return minimum(maximum(x, low), high);
}

function copysign(a, b) {
  return b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a);
}

function nan_to_num(x) {
  return x !== x ? 0 : Math.min(Math.max(x, -Number.MAX_VALUE), Number.MAX_VALUE);
}

// Halves go to the even number.
function rint(x) {
  const below = Math.floor(x), rest = x - below;
  return rest < 0.5 ? below : rest > 0.5 ? below + 1 : 2 * Math.round(x / 2);
}

function fmod(a, b) {
  return a % b;
}

// The sign is that of b.
function remainder(a, b) {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

// By the remainder, because a / b may have been rounded up to a whole number.
function floor_divide(a, b) {
  if (b === 0) return a / b;
  const rest = a % b, down = rest !== 0 && rest < 0 !== b < 0 ? 1 : 0;
  const quotient = (a - rest) / b - down, below = Math.floor(quotient);
  return quotient - below > 0.5 ? below + 1 : below;
}

// exp(-x²), with the part of x² that rounding would take.
function gaussian(x) {
  const head = Math.fround(x);
  return Math.abs(x) > 30 ? 0 : Math.exp(-head * head) * Math.exp((head - x) * (head + x));
}

// A series of positive terms (Abramowitz and Stegun 1964, 7.1.6).
function erf(x) {
  if (Math.abs(x) > 2) return x > 0 ? 1 - erfc(x) : erfc(-x) - 1;
  let term = x, sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * gaussian(x) * sum;
}

// Far out a continued fraction (7.1.14), from its far end.
function erfc(x) {
  if (!(x > 2)) return 1 - erf(x);
  let fraction = x;
  for (let n = 120; n > 0; n--) fraction = x + n / 2 / fraction;
  return gaussian(x) / Math.sqrt(Math.PI) / fraction;
}

// Halley's method on erf, and on erfc where erf is nearly 1; begins with Winitzki's approximation (2008).
function erfinv(x) {
  if (!(Math.abs(x) < 1)) return Math.abs(x) === 1 ? x * Infinity : NaN;
  if (x < 0) return -erfinv(-x);
  const l = Math.log1p(-x * x), half = 2 / (Math.PI * 0.147) + l / 2;
  let y = Math.sqrt(Math.sqrt(half * half - l / 0.147) - half);
  if (x < 1e-3) y = (x * Math.sqrt(Math.PI)) / 2;
  for (let n = 0; n < 4; n++) {
    const error = x > 0.5 ? 1 - x - erfc(y) : erf(y) - x;
    const newton = (error * Math.sqrt(Math.PI)) / 2 / gaussian(y);
    y -= newton / (1 + y * newton);
  }
  return y;
}

// Stirling's series, after x has been moved up to where it converges; by reflection for negative x.
function lgamma(x) {
  if (Math.abs(x) === Infinity) return x;
  if (x <= 0) return x === Math.floor(x) ? Infinity : Math.log(Math.PI / Math.abs(sine_of_pi(x))) - lgamma(1 - x);
  if (x === 1 || x === 2) return 0;
  let moved = 1, by = x;
  while (by < 12) moved *= by++;
  const series = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
  const s = 1 / (by * by), rest = series.reduceRight((sum, c) => sum * s + c, 0) / by;
  return (by - 0.5) * Math.log(by) - by + 0.5 * Math.log(2 * Math.PI) + rest - Math.log(moved);
}

// sin πx, exact at the whole numbers.
function sine_of_pi(x) {
  const rest = x - 2 * Math.floor(x / 2 + 0.25);
  return rest > 0.5 ? Math.sin(Math.PI * (1 - rest)) : Math.sin(Math.PI * rest);
}

function digamma(x) {
  if (x === 0) return Object.is(x, -0) ? Infinity : -Infinity;
  if (x < 0) {
    if (x === Math.floor(x)) return NaN;
    return digamma(1 - x) - (Math.PI * sine_of_pi(x + 0.5)) / sine_of_pi(x);
  }
  if (x === Infinity) return x;
  let sum = 0, by = x;
  while (by < 12) sum -= 1 / by++;
  const series = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];
  const s = 1 / (by * by);
  return sum + Math.log(by) - 0.5 / by - s * series.reduceRight((rest, c) => rest * s + c, 0);
}

// (-1)ⁿ⁺¹ n! ζ(n + 1, x), the sum of (x + k)⁻ⁿ⁻¹ by Euler and Maclaurin.
function polygamma(n, x) {
  if (n === 0) return digamma(x);
  let factor = n % 2 === 0 ? -1 : 1;
  for (let k = 2; k <= n; k++) factor *= k;
  if (x <= 0 && x === Math.floor(x)) return factor * Infinity;
  if (x === Infinity) return 0;
  let sum = 0, by = x;
  while (by < 12) sum += Math.pow(by++, -n - 1);
  const bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510];
  let power = Math.pow(by, -n - 1), rising = n + 1;
  sum += (power * by) / n + power / 2;
  for (let k = 0; k < bernoulli.length; k++) {
    power /= by;
    sum += (bernoulli[k] / factorial(2 * k + 2)) * rising * power;
    power /= by;
    rising *= (n + 2 * k + 2) * (n + 2 * k + 3);
  }
  return factor * sum;
}

function factorial(n) {
  return n < 2 ? 1 : n * factorial(n - 1);
}

// Σ (x/2)²ᵏ⁺ᵒʳᵈᵉʳ / (k! (k + order)!), and far out the series of Hankel (9.7.1).
function bessel(order, x) {
  const far = Math.abs(x);
  if (far < 20) {
    let term = order === 0 ? 1 : far / 2, sum = term;
    for (let k = 1; term > 1e-17 * sum; k++) {
      term *= (far * far) / 4 / (k * (k + order));
      sum += term;
    }
    return sum;
  }
  let term = 1, sum = 1;
  for (let k = 1; k < 60 && Math.abs(term) > 1e-17; k++) {
    const next = (term * ((2 * k - 1) ** 2 - 4 * order)) / (8 * k * far);
    if (Math.abs(next) > Math.abs(term)) break;
    term = next;
    sum += term;
  }
  return (Math.exp(far) * sum) / Math.sqrt(2 * Math.PI * far);
}

function i0(x) {
  return bessel(0, x);
}

function i1(x) {
  return x < 0 ? -bessel(1, x) : bessel(1, x);
}
