/** Places a point and passes on how it is drawn. */
export const vertexShader = `#version 300 es
layout(location = 0) in vec2 position;
layout(location = 1) in uint colourIndex;
layout(location = 2) in uint shapeIndex;
uniform vec2 centre;
uniform float radius;
uniform float pointSize;
uniform vec3 palette[11];
flat out vec3 colour;
flat out uint shape;
void main() {
  bool isHidden = colourIndex == 255u;
  gl_Position = vec4(isHidden ? vec2(4.0) : (position - centre) / radius, 0.0, 1.0);
  gl_PointSize = pointSize;
  colour = palette[isHidden ? 0u : colourIndex];
  shape = shapeIndex;
}`;

/** Cuts the shape out of the point's square by its signed distance, one pixel soft at the edge. Numbers of shapes as in palette.ts. */
export const fragmentShader = `#version 300 es
precision highp float;
flat in vec3 colour;
flat in uint shape;
uniform float pointSize;
out vec4 drawn;
float box(vec2 p, vec2 half_) {
  vec2 d = abs(p) - half_;
  return max(d.x, d.y);
}
float triangle(vec2 p) {
  return max(abs(p.x) * 0.866 - p.y * 0.5, p.y) - 0.5;
}
float distanceTo(vec2 p) {
  if (shape == 0u) return length(p) - 0.85;
  if (shape == 1u) return box(p, vec2(0.75));
  if (shape == 2u) return triangle(p);
  if (shape == 3u) return (abs(p.x) + abs(p.y) - 1.0) * 0.7071;
  if (shape == 4u) {
    vec2 r = vec2(p.x + p.y, p.x - p.y) * 0.7071;
    return min(box(r, vec2(0.95, 0.32)), box(r, vec2(0.32, 0.95)));
  }
  if (shape == 5u) return triangle(vec2(p.x, -p.y));
  if (shape == 6u) return min(box(p, vec2(0.95, 0.32)), box(p, vec2(0.32, 0.95)));
  if (shape == 7u) return abs(length(p) - 0.7) - 0.2;
  if (shape == 8u) return max(abs(p.y) * 1.1547, abs(p.x) + abs(p.y) * 0.57735) - 0.95;
  return box(p, vec2(0.95, 0.35));
}
void main() {
  vec2 p = (gl_PointCoord * 2.0 - 1.0) * (pointSize / (pointSize - 2.0));
  float pixel = 2.0 / (pointSize - 2.0);
  float cover = clamp(0.5 - distanceTo(p) / pixel, 0.0, 1.0) * 0.85;
  if (cover <= 0.0) discard;
  drawn = vec4(colour * cover, cover);
}`;
